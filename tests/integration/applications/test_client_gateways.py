"""Gateways that others could have written, with the packages for them, complete an application."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from shared.domain.form.authorization import NEWEST, WORDINGS
from shared.security.keys import make_environment
from shared.settings.processes import Settings
from tests.architecture.sources import ROOT
from tests.contract import documented
from tests.support.applicant import ACME
from tests.support.broken_commands.command import DETAILS
from tests.support.mail_sink import MailSink
from tests.support.node import install_client, run

PYTHON = ROOT / "clients/python"
BEGIN = """
import { begin } from "./code.js";
import { GatewayClient } from "ace-gateway-client";
const client = new GatewayClient(process.env.ACE_RABBITMQ_URL, { appId: "kiosk" });
console.log(await begin(client));
await client.close();
"""


async def test_the_python_example_gets_an_account(system: Settings, box: MailSink) -> None:
    path = f"{ROOT}:{PYTHON / 'src'}"
    await complete_application(system, box, sys.executable, ROOT / "examples/gateway.py", PYTHONPATH=path)


@pytest.fixture(scope="session")
def node_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody else, with the TypeScript package and the example."""
    folder = tmp_path_factory.mktemp("node-project")
    install_client(folder)
    shutil.copy(ROOT / "examples/gateway.mjs", folder)
    return folder


@pytest.mark.full
async def test_the_node_example_gets_an_account(node_project: Path, system: Settings, box: MailSink) -> None:
    await complete_application(system, box, "node", node_project / "gateway.mjs")


async def complete_application(
    system: Settings, box: MailSink, program: str, example: Path, **environment: str
) -> None:
    """Enters all that an example asks for, and sees that it shows what it has to."""
    names = {"ACE_RABBITMQ_URL": "rabbitmq_url", "ACE_KEYS_COMMANDS": "keys_commands"}
    env = os.environ | {name: system.need(setting) for name, setting in names.items()} | environment
    running = await asyncio.create_subprocess_exec(program, example, stdin=PIPE, stdout=PIPE, env=env)
    assert running.stdin

    def enter(*lines: str) -> None:
        assert running.stdin
        running.stdin.write("".join(f"{line}\n" for line in lines).encode())

    enter(*ACME.model_dump().values())
    (email,) = await box.emails(1)
    assert email.code
    enter("0000-0000", email.code, *(str(value) for name, value in DETAILS.items() if name != "authorized"), "yes")
    said, _ = await asyncio.wait_for(running.communicate(), timeout=60)
    shown = said.decode()
    assert running.returncode == 0, shown
    assert re.search(r"ACE-[0-9A-Z-]{9}: a code goes to p\*\*\*@a\*\*\*\.example", shown)
    assert "That is not the code. Tries left: 4." in shown
    assert WORDINGS[NEWEST] in shown
    assert re.search(r"Account \S+ of Acme Imports Inc\.: completed\.", shown, re.IGNORECASE)


async def test_the_python_package_s_document_begins_an_application(system: Settings) -> None:
    found: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", (PYTHON / "README.md").read_text(), re.MULTILINE | re.DOTALL):
        written = block.replace("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", system.need("keys_commands"))
        exec(compile(written, "README.md", "exec"), found)  # noqa: S102  # our own document
    begin = found["begin"]
    assert callable(begin)
    assert re.fullmatch(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}", await begin(system.need("rabbitmq_url")))


class TestWithTheTypeScriptDocument:
    @pytest.fixture
    def keys(self) -> dict[str, str]:
        """The workers' keys, with the documents' key ring for commands."""
        return {**make_environment(), "ACE_KEYS_COMMANDS": documented.names()["ring"]}

    @pytest.mark.full
    async def test_it_begins_an_application(self, node_project: Path, system: Settings) -> None:
        node = ("node", "--input-type=module", "--eval", BEGIN)
        url = system.need("rabbitmq_url")
        said = await asyncio.to_thread(run, *node, cwd=node_project, ACE_RABBITMQ_URL=url)
        assert re.fullmatch(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}\n", said)
