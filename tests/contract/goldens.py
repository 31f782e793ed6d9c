"""Goldens: every contract as published, kept for good under `golden/`.

`<type>.json` is a contract's first edition. A contract that gains an optional field gets another edition next to it,
`<type>.2.json`: give the field a value in `examples.py`, then run

    python -m tests.contract.goldens

to write what is missing. A committed golden never changes, because messages like it may be in a queue. A change that
the goldens do not allow needs a new version: a contract with its own `TYPE`, next to the old one
(`shared/contracts/versions.py`).
"""

import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.contracts.catalogue import CONTRACTS
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Message
from shared.contracts.versions import VERSIONS
from tests.contract.examples import content_of, examples
from tests.contract.schemas import Schema, promised

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Golden:
    """One edition of a contract."""

    type: str
    edition: int
    examples: dict[str, dict[str, Any]]
    """By name: the `body` as in the queue, and the `sealed` content of its fields."""
    schema: Schema
    sealed: dict[str, Schema]

    def __str__(self) -> str:
        return self.type if self.edition == 1 else f"{self.type}.{self.edition}"


@cache
def goldens() -> tuple[Golden, ...]:
    """All goldens of what is taken, with each contract's editions in order."""
    found = []
    for path in FOLDER.glob("*.json"):
        name = re.fullmatch(r"(.+\.v\d+)(?:\.(\d+))?", path.stem)
        assert name, f"{path.name} is not named like a golden"
        if name[1] not in VERSIONS.gone:
            found.append(Golden(name[1], int(name[2] or 1), **json.loads(path.read_text())))
    return tuple(sorted(found, key=lambda golden: (golden.type, golden.edition)))


def newest(contract: type[Message]) -> Golden | None:
    """A contract's last edition."""
    return next((golden for golden in reversed(goldens()) if golden.type == contract.TYPE), None)


def sealed_schemas(contract: type[Message]) -> dict[str, Schema]:
    """What a contract promises about the contents of its sealed fields."""
    return {field: promised(found.content) for (owner, field), found in SEALED_FIELDS.items() if owner is contract}


def is_up_to_date(contract: type[Message]) -> bool:
    """Whether the last edition matches the contract as it is now."""
    golden = newest(contract)
    return golden is not None and (golden.schema, golden.sealed) == (promised(contract), sealed_schemas(contract))


def write(contract: type[Message]) -> Path:
    """Writes the next edition of a contract."""
    last = newest(contract)
    edition = last.edition + 1 if last else 1
    found = {
        "examples": {
            name: {
                "body": json.loads(example.body()),
                "sealed": {
                    field: content_of(contract, field, name).model_dump(exclude_unset=True)
                    for field in sealed_schemas(contract)
                    if getattr(example, field) is not None
                },
            }
            for name, example in examples(contract).items()
        },
        "schema": promised(contract),
        "sealed": sealed_schemas(contract),
    }
    path = FOLDER / f"{contract.TYPE}{f'.{edition}' if last else ''}.json"
    with path.open("x") as file:
        file.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return path


if __name__ == "__main__":
    for contract in CONTRACTS.values():
        if not is_up_to_date(contract):
            sys.stdout.write(f"{write(contract).name}\n")
