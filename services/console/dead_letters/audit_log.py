"""Reports operators' actions on dead letters."""

import json
import sys
from dataclasses import asdict
from typing import Any

from shared.domain import reference
from shared.storage.audit import Deed


def announce(deed: Deed) -> None:
    """Writes an action to standard error as a log line; a person at a screen gets the totals instead."""
    if sys.stderr.isatty():
        return
    line = {"service": "acectl", "event": f"dead letter: {deed.action}", "level": "warning", **describe_deed(deed)}
    print(json.dumps(line, default=str), file=sys.stderr)  # noqa: T201  # this is a command


def describe_deed(deed: Deed) -> dict[str, Any]:
    """An action, with the reference of its application."""
    return {**asdict(deed), "reference": reference.derive(deed.application) if deed.application else None}
