"""Reports operators' actions on dead letters and emails."""

import json
import sys
from dataclasses import asdict
from typing import Any

from shared.domain import reference
from shared.storage.audit import AuditEntry


def announce(entry: AuditEntry, on: str = "dead letter") -> None:
    """Writes an action to standard error as a log line; a person at a screen gets the totals instead."""
    if sys.stderr.isatty():
        return
    line = {"service": "acectl", "event": f"{on}: {entry.action}", "level": "warning", **describe_entry(entry)}
    print(json.dumps(line, default=str), file=sys.stderr)  # noqa: T201  # this is a command


def describe_entry(entry: AuditEntry) -> dict[str, Any]:
    """An action, with the reference of its application."""
    return {**asdict(entry), "reference": reference.derive(entry.application) if entry.application else None}
