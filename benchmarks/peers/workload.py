"""What every contestant does for an application: the steps' documents, emails and following messages.

The writes are those of this project's services; the person's two commands follow by themselves from the code's email.
"""

import os
from email.message import EmailMessage
from typing import Any

BROKER = os.environ.get("BENCH_BROKER", "")
DATABASE = os.environ.get("BENCH_DATABASE", "")
NAME = os.environ.get("BENCH_NAME", "")
"""Of the database, and of the queues."""

SMTP_PORT = int(os.environ.get("BENCH_SMTP_PORT", "0"))

ROUND = os.environ.get("BENCH_ROUND", "")
"""What the ids of a round begin with."""

Message = tuple[str, str, str, str]
"""A step, an application's id, a detail, and what else a message carries."""

SEALED = "s" * 350
"""As long as a command's sealed part."""

DETAILS = "d" * 600
KINDS = ("account-ready", "importer-view-confirmed", "account-created-notice")
TEXT = "\n".join(["The application was received, and this is what happens next."] * 30)
HTML = (
    "<html><body>"
    + "\n".join(["<p style='margin: 0 0 16px'>The application was received.</p>"] * 100)
    + "</body></html>"
)


def make_ids(count: int) -> list[str]:
    """The ids of a round."""
    return [f"{ROUND}-{number:06}" for number in range(count)]


def message(step: str, id: str, detail: str = "") -> Message:
    """A message of usual size."""
    return step, id, detail, SEALED


def new_document(id: str) -> dict[str, Any]:
    """An application that was requested."""
    return {"_id": id, "state": "requested", "version": 1, "request": SEALED, "handled": {}, "history": ["requested"]}


def change(state: str) -> dict[str, Any]:
    """The update that takes an application to a state."""
    handled = {f"handled.{state}": {"reply": SEALED}}
    return {
        "$set": {"state": state, "details": DETAILS, **handled},
        "$push": {"history": state},
        "$inc": {"version": 1},
    }


def write_email(id: str, kind: str) -> EmailMessage:
    """An email of usual size, in two parts."""
    email = EmailMessage()
    email["From"], email["To"], email["Subject"] = "no-reply@ace.example", f"{id}@importer.example", kind
    email["Message-ID"] = f"<{id}.{kind}@ace.example>"
    email.set_content(TEXT)
    email.add_alternative(HTML, subtype="html")
    return email


FOLLOWING = {
    "start": ["issue"],
    "issue": ["code"],
    "code": ["check"],
    "check": ["submit"],
    "submit": ["create"],
    "complete": [],
}
"""The step after each step, but for those that decide."""

STATES = {"issue": "awaiting-code", "check": "verified", "submit": "submitted", "complete": "completed"}
"""Steps that only change an application's state."""
