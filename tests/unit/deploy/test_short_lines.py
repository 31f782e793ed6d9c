"""People watching `make run` see what happens to applications and what goes wrong, in few words."""

import ast
import json
from typing import Any

import pytest

from deploy.local.screen import short_lines
from deploy.local.screen.short_lines import Level
from shared.observability.logs import UNKNOWN_SETTING
from tests.architecture.sources import ROOT, modules

AT = "2026-11-28T08:20:18.026917Z"
QUEUE = {"queue": "notifier.send-code", "message_id": "0b8f", "reference": "ACE-XNB3-SYHB"}
EMAIL: dict[str, Any] = {"email": "account-ready", "reference": "ACE-XNB3-SYHB", "seconds": 0.01}
AWAY: dict[str, Any] = {"result": "deferred", "reason": "the mail server is away"}


def entry(level: str = "info", **fields: object) -> str:
    return json.dumps({"service": "notifier", "level": level, "timestamp": AT, **fields})


@pytest.mark.parametrize(
    ("written", "level", "text"),
    [
        (
            entry(event="email handed over", result="sent", reason=None, **EMAIL),
            Level.INFO,
            "email sent ACE-XNB3-SYHB account-ready",
        ),
        (
            entry(event="email not handed over", **EMAIL, **AWAY),
            Level.WARNING,
            "email deferred ACE-XNB3-SYHB account-ready: the mail server is away",
        ),
        (
            entry(event="application moved", state="verified", problem=None, **QUEUE),
            Level.INFO,
            "application verified ACE-XNB3-SYHB",
        ),
        (
            entry(event="application moved", state="rejected", problem="email-in-use", **QUEUE),
            Level.INFO,
            "application rejected ACE-XNB3-SYHB email-in-use",
        ),
        (entry(event="wrong code", tries_left=0, **QUEUE), Level.INFO, "wrong code ACE-XNB3-SYHB, tries left: 0"),
        (
            entry("warning", event="will be tried again", after=30.0, tried=3, reason="it is away", **QUEUE),
            Level.WARNING,
            "next try in 30 s ACE-XNB3-SYHB (notifier.send-code): it is away",
        ),
        (
            entry("error", event="parked among the dead letters", reason="no such application", **QUEUE),
            Level.ERROR,
            "dead letter ACE-XNB3-SYHB (notifier.send-code): no such application",
        ),
        (
            entry("error", event="something new", exception="KeyError", trace=["a.py:3 f"], reason=None, **QUEUE),
            Level.ERROR,
            "something new ACE-XNB3-SYHB: exception KeyError",
        ),
    ],
)
def test_a_services_logs_are_shown_in_few_words(written: str, level: Level, text: str) -> None:
    line = short_lines.read("notifier", written)
    assert line is not None
    assert (line.at.isoformat(), line.level, line.text) == ("2026-11-28T08:20:18.026917+00:00", level, text)


@pytest.mark.parametrize(
    ("program", "written"),
    [
        ("gateway", entry(event="not ready", error="TimeoutError")),
        ("gateway", entry(event="human verification", outcome="passed")),
        ("intake", entry("warning", event=UNKNOWN_SETTING, setting="ACE_X")),
        ("epmd", "anything"),
        ("rabbitmq", "  ##########  Licensed under the MPL 2.0."),
        ("rabbitmq", "2026-11-28 08:15:12.659999+00:00 [warning] <0.722.0> closing AMQP connection <0.1>"),
        ("mongod", json.dumps({"t": {"$date": AT}, "s": "W", "msg": "Rollback ID is not initialized yet"})),
        ("mongod", "not JSON"),
        ("supervisord", "2026-11-28 08:15:12,259 WARN stopped: gateway (terminated by SIGTERM)"),
    ],
)
def test_routine_stays_in_the_file(program: str, written: str) -> None:
    assert short_lines.read(program, written) is None


@pytest.mark.parametrize(
    ("program", "written", "named", "text"),
    [
        (
            "supervisord",
            "2026-11-28 08:15:12,259 WARN exited: notifier (terminated by SIGKILL; not expected)",
            "notifier",
            "died (terminated by SIGKILL), restarting",
        ),
        (
            "supervisord",
            "2026-11-28 08:15:12,259 INFO spawnerr: can't find command 'nothing'",
            "supervisord",
            "can't find command 'nothing'",
        ),
        (
            "rabbitmq",
            "2026-11-28 08:15:12.659+00:00 [warning] <0.7.0> disk resource limit alarm set on node ace@localhost.",
            "rabbitmq",
            "disk resource limit alarm set on node ace@localhost.",
        ),
        (
            "mongod",
            json.dumps({"t": {"$date": AT}, "s": "F", "msg": "Out of disk", "attr": {"document": "Ada"}}),
            "mongod",
            "fatal error: Out of disk",
        ),
    ],
)
def test_a_servers_failure_is_shown(program: str, written: str, named: str, text: str) -> None:
    line = short_lines.read(program, written)
    assert line is not None
    assert (line.program, line.level, line.text) == (named, Level.ERROR, text)


def test_a_service_that_dies_of_an_error_is_reported_with_its_last_words_and_no_personal_data() -> None:
    died = ["Traceback (most recent call last):", '  File "x.py", line 1, in f', "ValueError: ada@acme.example"]
    lines = [line.text for written in died if (line := short_lines.read("intake", written))]
    assert lines == ["ValueError: ***@***"]


def test_every_phrase_is_for_an_event_that_a_service_logs() -> None:
    code = [(ROOT / path).read_text() for path in modules() if path.parts[0] in ("services", "shared")]
    nodes = [node for text in code for node in ast.walk(ast.parse(text))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    events = [call.args[0] for call in calls if ast.unparse(call.func).startswith("log.") and call.args]
    entries = [
        pair for node in nodes if isinstance(node, ast.Dict) for pair in zip(node.keys, node.values, strict=True)
    ]
    events += [value for key, value in entries if isinstance(key, ast.Constant) and key.value == "event"]
    logged = {node.value for event in events for node in ast.walk(event) if isinstance(node, ast.Constant)}
    assert set(short_lines.PHRASES) <= logged
