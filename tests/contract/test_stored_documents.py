"""A document that was ever stored is read for good, and loses nothing when it is written again."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.storage.documents import to_application, to_document
from shared.storage.emails import to_emails
from tests.contract.stored_documents import load_editions, make_application, make_documents


def list_lost(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """Where a document does not hold what another one held. It may hold more."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name, value in before.items():
            yield from list_lost(value, after.get(name), f"{at}.{name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, value in enumerate(before):
            yield from list_lost(value, after[index], f"{at}.{index}")
    elif before != after:
        yield at


@pytest.mark.parametrize("collection", make_documents())
def test_there_is_an_edition_of_what_is_stored_now(collection: str) -> None:
    newest = load_editions(collection)[-1]
    assert newest == make_documents()[collection], "python -m tests.contract.stored_documents writes the next edition"


@pytest.mark.parametrize("document", load_editions("applications"))
def test_an_application_keeps_every_value(document: Mapping[str, Any]) -> None:
    assert list(list_lost(document, to_document(to_application(document)))) == []


def test_the_newest_edition_is_read_as_it_was_written() -> None:
    assert to_application(load_editions("applications")[-1]) == make_application()


@pytest.mark.parametrize("document", load_editions("emails"))
def test_an_email_keeps_every_value(document: Mapping[str, Any]) -> None:
    [read] = to_emails(document).by_kind.values()
    stored = document["emails"][EmailKind.ACCOUNT_READY]
    assert {name: getattr(read, name) for name in stored} == {**stored, "status": EmailStatus(stored["status"])}
