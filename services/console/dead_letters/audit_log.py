"""What operators do to dead letters, as it is told."""

import json
import sys
from dataclasses import asdict
from typing import Any

from shared.domain import reference
from shared.storage.audit import Deed


def announce(deed: Deed) -> None:
    """Says a deed on standard error, as a line of a log; a person at a screen is told the sum instead."""
    if sys.stderr.isatty():
        return
    line = {"service": "acectl", "event": f"dead letter: {deed.action}", "level": "warning", **describe_deed(deed)}
    print(json.dumps(line, default=str), file=sys.stderr)  # noqa: T201  # this is a command


def describe_deed(deed: Deed) -> dict[str, Any]:
    """A deed with the reference of the application that it was about."""
    return {**asdict(deed), "reference": reference.derive(deed.application) if deed.application else None}
