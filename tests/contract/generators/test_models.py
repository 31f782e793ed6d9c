"""Models that others' tools generate from the documents read every message ever published, and codes still to come."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.prepare import install_uv
from shared.contracts.catalogue import CONTRACTS, decode
from shared.contracts.conversations import SEALED_FIELDS
from tests.architecture.sources import ROOT
from tests.contract.goldens import goldens
from tests.support.node import hold_packages, run
from tools.documents import schemas

HERE = Path(__file__).parent
ASYNCAPI = ROOT / "docs/asyncapi.yaml"
CONTENTS = [path for path in schemas.FOLDER.iterdir() if path.name[0].isupper()]
"""The sealed contents."""

ID = "2d03a54d-5fe2-58e1-b9a9-57a8daa1f5ab"
MESSAGES = [(golden.type, example["body"]) for golden in goldens() for example in golden.examples.values()]
STILL_TO_COME: list[tuple[str, dict[str, Any]]] = [
    ("Refused", {"application_id": ID, "problem": "moon-in-the-way", "fields": {"city": "too-blue"}, "mood": "bad"}),
    ("ApplicationStatus", {"application_id": ID, "status": "known", "state": "pondering", "emails": {"card": "sung"}}),
]
"""Codes and fields that nobody knows yet, by the model that has to read them."""


def list_sealed() -> Iterator[tuple[str, dict[str, Any]]]:
    """What gateways seal and open, with its model's name."""
    for golden in goldens():
        for example in golden.examples.values():
            for field, content in example["sealed"].items():
                sealed = SEALED_FIELDS[CONTRACTS[golden.type], field]
                if sealed.ring == "commands":
                    yield sealed.content.__name__, content


BODIES = [*((CONTRACTS[type_].__name__, body) for type_, body in MESSAGES), *list_sealed(), *STILL_TO_COME]


@pytest.mark.full
def test_modelina_s_typescript_keeps_every_value(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "unknown.ts").write_text((HERE / "unknown.ts").read_text())
    with hold_packages(HERE):
        run("node", "generate.mjs", str(tmp_path), str(ASYNCAPI), *map(str, CONTENTS), cwd=HERE)
        run("npx", "tsc", "--strict", "--module", "nodenext", str(tmp_path / "unknown.ts"), cwd=HERE)
        written = run("node", "decode.mjs", str(tmp_path), cwd=HERE, entered=json.dumps(BODIES))
    for (model, body), found in zip(BODIES, json.loads(written), strict=True):
        assert found == body, model


@pytest.mark.full
def test_datamodel_code_generator_s_python_keeps_every_value(tmp_path: Path) -> None:
    def use(*command: str, **options: str) -> str:
        environment = str(ROOT / ".data/tests/generators-venv")
        uv = (str(install_uv()), "run", "--quiet", "--frozen", "--project", str(HERE), "--")
        return run(*uv, *command, cwd=tmp_path, UV_PROJECT_ENVIRONMENT=environment, **options)

    kind = ("--input-file-type", "asyncapi", "--output-model-type", "pydantic_v2.BaseModel")
    use("datamodel-codegen", "--input", str(ASYNCAPI), *kind, "--formatters", "builtin", "--output", "models.py")
    written = json.loads(use("python", str(HERE / "decode.py"), str(tmp_path), entered=json.dumps(BODIES)))
    for (type_, body), found in zip(MESSAGES, written, strict=False):
        assert found.keys() == body.keys()
        assert decode(type_, json.dumps(found)) == decode(type_, json.dumps(body))  # times may be spelled differently
    for (model, body), found in list(zip(BODIES, written, strict=True))[len(MESSAGES) :]:
        assert found == {name: value for name, value in body.items() if name != "mood"}, model
