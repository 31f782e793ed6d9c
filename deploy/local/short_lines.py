"""What a line of a log file says, in the few words that a person who watches `make run` needs; most lines say nothing.

No personal data: services log none, and of what servers and libraries write only the kind of trouble is passed on.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from shared.security.redaction import redacted

PHRASES = {
    "application moved": "application {state} {reference} {problem}",
    "wrong code": "wrong code {reference}, tries left: {tries_left}",
    "email handed over": "email sent {reference} {email}",
    "email not handed over": "email {result} {reference} {email}: {reason}",
    "command not taken yet": "{command} waits for the broker {reference}",
    "swept": "applications expired: {applications}",
    "will be tried again": "next try in {after} s {reference} ({queue}): {reason}",
    "parked among the dead letters": "dead letter {reference} ({queue}): {reason}",
    "the connection to the broker is lost": "the connection to the broker is lost",
    "the connection to the broker is back": "the connection to the broker is back",
    "no messages reach this process although the broker is there": "the broker is there, but no messages come",
    "started": "ready",
}
"""Events of the services that get a line whatever their level. Warnings and errors get one in any case."""

OF_EVERY_LINE = ("service", "event", "level", "timestamp", "queue", "message_id", "reference", "trace")
"""Fields that a warning's line does not repeat."""

DEATH = re.compile(r"(?P<at>[\d-]+ [\d:]+),\d+ \w+ (exited: (?P<name>\S+) \((?P<how>[^;]*);|spawnerr: (?P<error>.*))")
"""supervisor's words for a program that ended though nobody stopped it, and for one that cannot start."""

BROKER_ALARM = re.compile(
    r"(?P<at>\d[\d-]+ [\d:.+]+) (\[(error|critical|alert|emergency)\]|\[warning\](?=.* alarm )) <[\d.]+> (?P<text>.*)"
)
"""Of RabbitMQ's warnings only those of memory and disk: publishers then wait. The others come and go with clients."""

MONGODB_ALARMS = {"E": "error", "F": "fatal error"}


class Level(IntEnum):
    """How much a line matters."""

    INFO = 20
    WARNING = 30
    ERROR = 40


@dataclass(frozen=True)
class Line:
    """One line for a person: when, which program, what."""

    at: datetime
    program: str
    level: Level
    text: str


def read(program: str, written: str) -> Line | None:
    """What a line of a program's log says; None where a person need not see it."""
    match program:
        case "epmd":
            return None
        case "supervisord":
            return _of_supervisor(written)
        case "rabbitmq":
            return _of_rabbitmq(written)
        case "mongod":
            return _of_mongodb(written)
    return _of_service(program, written)


def _of_service(program: str, written: str) -> Line | None:
    try:
        entry = json.loads(written)
        at, event = datetime.fromisoformat(entry["timestamp"]), str(entry["event"])
    except (ValueError, TypeError, KeyError):
        return _in_other_words(program, written)
    level = _level(entry)
    phrase = PHRASES.get(event)
    if phrase is None and level is Level.INFO:
        return None
    text = _filled(phrase, entry) if phrase else _spelled_out(event, entry)
    return Line(at, program, level, text)


def _level(entry: Mapping[str, Any]) -> Level:
    if entry["event"] == "email not handed over":
        return Level.WARNING  # to the service it is one of the things that happen; the trouble it makes is logged too
    return {"warning": Level.WARNING, "error": Level.ERROR, "critical": Level.ERROR}.get(entry["level"], Level.INFO)


def _filled(phrase: str, entry: Mapping[str, Any]) -> str:
    known = {name: "" if value is None else _plain(value) for name, value in entry.items()}
    empty = dict.fromkeys(re.findall(r"{(\w+)}", phrase), "")
    return " ".join(phrase.format_map(empty | known).split()).removesuffix(":")


def _spelled_out(event: str, entry: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in entry.items() if name not in OF_EVERY_LINE and value is not None}
    said = ", ".join(f"{name} {_plain(value)}" if name != "reason" else _plain(value) for name, value in rest.items())
    text = " ".join(filter(None, (event, entry.get("reference"))))
    return f"{text}: {said}" if said else text


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_other_words(program: str, written: str) -> Line | None:
    """Words of Python's or of a library's, as when a program does not start; of a traceback the last line."""
    if written.startswith((" ", "Traceback (", "During handling", "The above exception")):
        return None
    return Line(datetime.now().astimezone(), program, Level.WARNING, redacted(written))


def _of_supervisor(written: str) -> Line | None:
    found = DEATH.match(written)
    if found is None:
        return None
    at = datetime.fromisoformat(found["at"]).astimezone()
    if found["error"]:
        return Line(at, "supervisord", Level.ERROR, found["error"])
    return Line(at, found["name"], Level.ERROR, f"died ({found['how']}), is started again")


def _of_rabbitmq(written: str) -> Line | None:
    found = BROKER_ALARM.search(written)
    if found is None:
        return None
    return Line(datetime.fromisoformat(found["at"]), "rabbitmq", Level.ERROR, redacted(found["text"]))


def _of_mongodb(written: str) -> Line | None:
    """Its message without the attributes, which may quote what is in the database."""
    try:
        entry = json.loads(written)
        severity = MONGODB_ALARMS.get(entry["s"])
        at = datetime.fromisoformat(entry["t"]["$date"])
    except (ValueError, TypeError, KeyError):
        return None
    return Line(at, "mongod", Level.ERROR, f"{severity}: {entry['msg']}") if severity else None
