"""Gateways that others could have written, with the packages for them, complete an application."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE

from shared.domain.form.authorization import NEWEST, WORDINGS
from shared.settings.processes import Settings
from tests.architecture.sources import ROOT
from tests.support.applicant import ACME
from tests.support.broken_commands.command import DETAILS
from tests.support.mail_sink import MailSink

README = (ROOT / "clients/python/README.md").read_text()
EXAMPLE = ROOT / "examples/gateway.py"


async def test_the_python_example_gets_an_account(system: Settings, box: MailSink) -> None:
    names = {"ACE_RABBITMQ_URL": "rabbitmq_url", "ACE_KEYS_COMMANDS": "keys_commands"}
    settings = {name: system.need(setting) for name, setting in names.items()}
    env = {**os.environ, **settings, "PYTHONPATH": f"{ROOT}:{ROOT / 'clients/python/src'}"}
    example = await asyncio.create_subprocess_exec(sys.executable, EXAMPLE, stdin=PIPE, stdout=PIPE, env=env)
    assert example.stdin

    def enter(*lines: str) -> None:
        assert example.stdin
        example.stdin.write("".join(f"{line}\n" for line in lines).encode())

    enter(*ACME.model_dump().values())
    (email,) = await box.emails(1)
    assert email.code
    enter("0000-0000", email.code, *(str(value) for name, value in DETAILS.items() if name != "authorized"), "yes")
    said, _ = await asyncio.wait_for(example.communicate(), timeout=60)
    shown = said.decode()
    assert example.returncode == 0, shown
    assert re.search(r"ACE-[0-9A-Z-]{9}: a code goes to p\*\*\*@a\*\*\*\.example", shown)
    assert "That is not the code. Tries left: 4." in shown
    assert WORDINGS[NEWEST] in shown
    assert re.search(r"Account \S+ of Acme Imports Inc\.: completed\.", shown, re.IGNORECASE)


async def test_the_package_s_document_begins_an_application(system: Settings) -> None:
    found: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL):
        written = block.replace("k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", system.need("keys_commands"))
        exec(compile(written, "README.md", "exec"), found)  # noqa: S102  # our own document
    begin = found["begin"]
    assert callable(begin)
    assert re.fullmatch(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}", await begin(system.need("rabbitmq_url")))
