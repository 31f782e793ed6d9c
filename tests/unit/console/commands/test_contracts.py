"""`acectl contracts check` says of a message what the workers would say, without a server."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from services.console.__main__ import app
from services.console.commands import contracts
from shared.contracts.problem import Problem
from shared.messaging.permissions import name_replies
from shared.messaging.written_message import WrittenMessage
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer
from tests.contract import documented
from tests.support.broken_commands.command import CONTENTS, DETAILS, REQUEST, Command
from tests.support.broken_commands.table import BROKEN, SEALED, Broken
from tests.support.old_versions import VERSIONS

RING = KeyRing.parse(make_ring())
WRITABLE = [broken for broken in BROKEN if broken.name != "no UTF-8"]  # a file of JSON holds text


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACE_KEYS_COMMANDS", RING.write())


def check(message: dict[str, Any] | str, *options: str) -> Result:
    text = message if isinstance(message, str) else json.dumps(message)
    return CliRunner().invoke(app, ("contracts", "check", "-", *options), input=text)


def write(command: Command) -> dict[str, Any]:
    """A command as a file describes it."""
    properties = {"reply_to": name_replies(command.user, "0001"), **command.properties}
    if isinstance(seconds := properties.get("expiration"), int):
        properties["expiration"] = f"{seconds}000"
    body = command.body if command.raw is None else command.raw.decode()
    return {"routing_key": command.key, "properties": properties, "headers": command.headers, "body": body}


def answer(done: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("broken", WRITABLE, ids=lambda broken: broken.name)
def test_a_mistake_is_named_as_the_workers_refusal_names_it(broken: Broken) -> None:
    command = Command(broken.key, RING)
    broken.make(command)
    done = check(write(command), "--keys", "--json")
    found = answer(done)
    assert (done.exit_code, found["problem"], found["notes"]) == (1, "contract-broken", [])
    assert ", ".join(f"{part}: {rule}" for part, rule in found["reason"].items()) == broken.reason


@pytest.mark.parametrize("broken", SEALED, ids=lambda broken: broken.name)
def test_without_keys_nothing_is_opened_and_it_says_so(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACE_KEYS_COMMANDS")
    command = Command(broken.key, RING)
    broken.make(command)
    done = check(write(command))
    assert (done.exit_code, done.stdout) == (0, "nothing is wrong with it; sealed fields were not opened\n")


@pytest.mark.parametrize("key", CONTENTS)
def test_a_right_command_passes(key: str) -> None:
    done = check(write(Command(key, RING)), "--keys")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "nothing is wrong with it\n", "")


def test_a_person_reads_a_line_for_each_part() -> None:
    command = Command("check-code", RING)
    command.body |= {"taken_at": "2026-11-02T15:04:05", "code": "5EHX-MVTS"}
    done = check(write(command))
    assert done.stdout.splitlines() == ["contract-broken:", "  code: malformed", "  taken_at: no-zone"]
    assert done.stderr == "acectl: docs/contracts.md explains each rule\n"


@pytest.mark.parametrize(
    ("key", "name", "content", "rules"),
    [
        ("start-application", "request", {**REQUEST, "importer_number": "12-3456789"}, "missing-suffix"),
        ("submit-details", "details", {**DETAILS, "postal_code": "9080"}, "malformed"),
        ("submit-details", "details", {**DETAILS, "authorized": False}, "missing"),
        ("submit-details", "details", {**DETAILS, "authorization": "1999-01"}, "unknown"),
    ],
)
def test_with_keys_what_people_typed_is_checked_too(key: str, name: str, content: dict[str, Any], rules: str) -> None:
    command = Command(key, RING)
    command.body[name] = command.seal(content, name)
    found = answer(check(write(command), "--keys", "--json"))
    [wrong] = [field for field in content if content[field] != {**REQUEST, **DETAILS}.get(field)]
    assert (found["problem"], found["reason"]) == ("field-invalid", {wrong: rules})


@pytest.mark.parametrize(
    ("properties", "note"),
    [
        ({"reply_to": "gateway.replies.other.0001"}, "nobody is told: reply_to is not gateway.replies.gateway."),
        ({"reply_to": None}, "nobody is told: reply_to is not gateway.replies.gateway."),
        ({"user_id": None}, "nobody is told: it has no user_id"),
    ],
)
def test_what_only_silence_would_answer_is_said(properties: dict[str, Any], note: str) -> None:
    message = write(Command("abandon-application", RING))
    message["properties"] |= properties
    done = check(message, "--json")
    assert done.exit_code == 1
    assert answer(done)["notes"][0].startswith(note)


def test_an_older_version_passes_and_it_is_said_until_when() -> None:
    command = Command("start-application", RING)
    request = command.seal(REQUEST, "request", f"start-application.v0/request/{command.application}")
    command.body |= {"request": request, "network": "a" * 32}
    command.properties["type"] = "start-application.v0"
    found = contracts.examine(WrittenMessage.parse(json.dumps(write(command))), Sealer(RING), VERSIONS)
    assert (found.problem, found.notes) == (None, [])
    assert found.deprecated == (
        "deprecated: start-application.v0 is taken until 2027-11-29 at least; start-application.v1 takes its place"
    )


def test_a_version_that_is_gone_is_refused_with_those_that_are_taken() -> None:
    command = Command("check-code", RING)
    command.properties["type"] = "check-code.v0"
    found = contracts.examine(WrittenMessage.parse(json.dumps(write(command))), None, VERSIONS)
    assert (found.problem, found.reason) == (Problem.VERSION_GONE, {"type": "gone (taken: check-code.v1)"})


def test_the_document_s_example_says_what_the_document_says() -> None:
    section = documented.text().partition("### Checking a message")[2]
    [message] = re.findall(r"^```json\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    shown = section.partition("\n\n    ")[2].partition("\n\n")[0]
    assert check(message).stdout.splitlines() == dedent(f"    {shown}").splitlines()


def test_a_routing_key_that_leads_nowhere_is_said() -> None:
    done = check({**write(Command("check-code", RING)), "routing_key": "check-code.v1"})
    assert (done.exit_code, done.stdout) == (1, "the broker returns it (312): no queue takes its routing key\n")


def test_a_question_may_expire() -> None:
    command = Command("abandon-application", RING)
    body = {"application_id": str(command.application), "command_id": str(uuid4())}
    message = {**write(command), "routing_key": "ask-outcome", "body": body}
    message["properties"] |= {
        "type": "ask-outcome.v1",
        "expiration": "5000",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    assert check(message, "--keys").exit_code == 0


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        ("", "the file: Invalid JSON"),
        ("[]", "the file: Input should be an object"),
        ({"routing_key": "check-code", "body": {}}, "properties: Field required"),
        ({"routing_key": "check-code", "properties": {"messageId": "x"}, "body": {}}, "properties.messageId: Extra"),
        ({"routing_key": "check-code", "properties": {"expiration": 5000}, "body": {}}, "properties.expiration: Input"),
    ],
)
def test_a_file_that_describes_no_message_is_named_for_that(message: dict[str, Any] | str, complaint: str) -> None:
    done = check(message)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"acectl: no message in this form: {complaint}")


def test_without_a_ring_keys_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACE_KEYS_COMMANDS")
    done = check(write(Command("check-code", RING)), "--keys")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "ACE_KEYS_COMMANDS" in done.stderr
