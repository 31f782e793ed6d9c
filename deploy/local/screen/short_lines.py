"""Turns log lines into the few words that a person watching `make run` needs; drops most of them.

They contain no personal data: services log none, and servers and libraries are only quoted by the kind of failure.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from shared import clock
from shared.observability.logs import UNKNOWN_SETTING
from shared.security.redaction import redact

PHRASES = {
    "application moved": "application {state} {reference} {problem}",
    "wrong code": "wrong code {reference}, tries left: {tries_left}",
    "email handed over": "email sent {reference} {email}",
    "email not handed over": "email {result} {reference} {email}: {reason}",
    "command not taken yet": "{command} is waiting for the broker {reference}",
    "swept": "applications expired: {applications}",
    "will be tried again": "next try in {after} s {reference} ({queue}): {reason}",
    "parked among the dead letters": "dead letter {reference} ({queue}): {reason}",
    "the connection to the broker is lost": "the connection to the broker is lost",
    "the connection to the broker is back": "the connection to the broker is back",
    "no messages reach this process although the broker is up": "the broker is up, but no messages come",
    "started": "ready",
}
"""Service events that get a line at any level. Warnings and errors always get one."""

OF_EVERY_LINE = ("service", "event", "level", "timestamp", "queue", "message_id", "reference", "trace")
"""Fields that a warning's line omits."""

DEATH = re.compile(r"(?P<at>[\d-]+ [\d:]+),\d+ \w+ (exited: (?P<name>\S+) \((?P<how>[^;]*);|spawnerr: (?P<error>.*))")
"""How supervisor logs that a program exited unasked or cannot start."""

BROKER_ALARM = re.compile(
    r"(?P<at>\d[\d-]+ [\d:.+]+) (\[(error|critical|alert|emergency)\]|\[warning\](?=.* alarm )) <[\d.]+> (?P<text>.*)"
)
"""RabbitMQ's errors, and its memory and disk alarms, which block publishers. Other warnings are about clients."""

MONGODB_ALARMS = {"E": "error", "F": "fatal error"}


class Level(IntEnum):
    """The importance of a line."""

    INFO = 20
    WARNING = 30
    ERROR = 40


@dataclass(frozen=True)
class ShortLine:
    """One line for a person: when, which program, what."""

    at: datetime
    program: str
    level: Level
    text: str


def read(program: str, written: str) -> ShortLine | None:
    """The short form of a line of a program's log; None if nobody needs to see it."""
    match program:
        case "epmd":
            return None
        case "supervisord":
            return _read_supervisor(written)
        case "rabbitmq":
            return _read_rabbitmq(written)
        case "mongod":
            return _read_mongodb(written)
    return _read_service(program, written)


def _read_service(program: str, written: str) -> ShortLine | None:
    try:
        entry = json.loads(written)
        at, event = datetime.fromisoformat(entry["timestamp"]), str(entry["event"])
    except (ValueError, TypeError, KeyError):
        return _read_plain_text(program, written)
    level = _read_level(entry)
    phrase = PHRASES.get(event)
    if event == UNKNOWN_SETTING or (phrase is None and level is Level.INFO):
        return None  # `make run` itself has warned of a setting, once for all services
    text = _fill(phrase, entry) if phrase else _list_fields(event, entry)
    return ShortLine(at, program, level, text)


def _read_level(entry: Mapping[str, Any]) -> Level:
    if entry["event"] == "email not handed over":
        return Level.WARNING  # routine for the service, which logs real failures separately
    return {"warning": Level.WARNING, "error": Level.ERROR, "critical": Level.ERROR}.get(entry["level"], Level.INFO)


def _fill(phrase: str, entry: Mapping[str, Any]) -> str:
    known = {name: "" if value is None else _format(value) for name, value in entry.items()}
    empty = dict.fromkeys(re.findall(r"{(\w+)}", phrase), "")
    return " ".join(phrase.format_map(empty | known).split()).removesuffix(":")


def _list_fields(event: str, entry: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in entry.items() if name not in OF_EVERY_LINE and value is not None}
    said = ", ".join(f"{name} {_format(value)}" if name != "reason" else _format(value) for name, value in rest.items())
    text = " ".join(filter(None, (event, entry.get("reference"))))
    return f"{text}: {said}" if said else text


def _format(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read_plain_text(program: str, written: str) -> ShortLine | None:
    """Output of Python or a library, such as when a program cannot start; only the last line of a traceback."""
    if written.startswith((" ", "Traceback (", "During handling", "The above exception")):
        return None
    return ShortLine(clock.now().astimezone(), program, Level.WARNING, redact(written))


def _read_supervisor(written: str) -> ShortLine | None:
    match = DEATH.match(written)
    if match is None:
        return None
    at = datetime.fromisoformat(match["at"]).astimezone()
    if match["error"]:
        return ShortLine(at, "supervisord", Level.ERROR, match["error"])
    return ShortLine(at, match["name"], Level.ERROR, f"died ({match['how']}), restarting")


def _read_rabbitmq(written: str) -> ShortLine | None:
    match = BROKER_ALARM.search(written)
    if match is None:
        return None
    return ShortLine(datetime.fromisoformat(match["at"]), "rabbitmq", Level.ERROR, redact(match["text"]))


def _read_mongodb(written: str) -> ShortLine | None:
    """The message without its attributes, which may quote database content."""
    try:
        entry = json.loads(written)
        severity = MONGODB_ALARMS.get(entry["s"])
        at = datetime.fromisoformat(entry["t"]["$date"])
    except (ValueError, TypeError, KeyError):
        return None
    return ShortLine(at, "mongod", Level.ERROR, f"{severity}: {entry['msg']}") if severity else None
