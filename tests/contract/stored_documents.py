"""Documents with every field set, as they were ever stored: kept for good under `stored/`.

A document that gains a field gets another edition, `applications.2.json`: give the field a value here, then run

    python -m tests.contract.stored_documents

to write what is missing. A committed one never changes, because documents like it may be in a database.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bson import json_util
from bson.binary import UuidRepresentation

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ApplicationSubmitted
from shared.contracts.problem import Problem
from shared.contracts.replies import DetailsTaken
from shared.domain.application import Application, Parked
from shared.domain.handled_result import HandledResult
from shared.storage.documents import to_document
from shared.storage.emails import FIELDS
from tests.support.applications import ID, NOW, provisioned

FOLDER = Path(__file__).parent / "stored"
OPTIONS = json_util.JSONOptions(
    tz_aware=True, uuid_representation=UuidRepresentation.STANDARD, json_mode=json_util.JSONMode.RELAXED
)
MESSAGE, DEAD = UUID(int=2), UUID(int=3)


def make_application() -> Application:
    """One whose document has every field, though none gets there."""
    done = HandledResult(NOW, DetailsTaken(application_id=ID), (ApplicationSubmitted(application_id=ID),), "k1.mac")
    full = replace(provisioned(), problem=Problem.DELAYED, uniform=True, importer="i", email="e", contact="k1.sealed")
    marked = replace(full, version=7, grant="mac").remember(MESSAGE, done)
    return marked.park_message(Parked(DEAD, "emails-sent", "too old", NOW + timedelta(hours=24)))


def make_emails() -> dict[str, Any]:
    """The document of an application's emails."""
    values = dict.fromkeys(FIELDS, NOW) | {"attempt": 2, "resend": 1, "reason": "550 no such mailbox", "parked": DEAD}
    assert values.keys() == set(FIELDS)
    email = {"status": EmailStatus.REFUSED.value, **values}
    return {"_id": ID, "changed_at": NOW, "emails": {EmailKind.ACCOUNT_READY.value: email}}


def make_documents() -> dict[str, Mapping[str, Any]]:
    """What is stored today, by collection."""
    return {"applications": to_document(make_application()), "emails": make_emails()}


def load_editions(collection: str) -> list[dict[str, Any]]:
    """The documents of a collection as they were stored, oldest first."""
    paths = sorted(FOLDER.glob(f"{collection}.*.json"), key=lambda path: int(path.stem.partition(".")[2]))
    return [json_util.loads(path.read_text(), json_options=OPTIONS) for path in paths]


if __name__ == "__main__":
    for collection, document in make_documents().items():
        editions = load_editions(collection)
        if document not in editions[-1:]:
            path = FOLDER / f"{collection}.{len(editions) + 1}.json"
            with path.open("x") as file:
                file.write(json_util.dumps(document, json_options=OPTIONS, indent=2) + "\n")
            sys.stdout.write(f"{path.name}\n")
