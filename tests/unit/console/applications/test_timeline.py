from datetime import timedelta
from uuid import uuid4

from services.console.applications.search_term import SearchTerm
from services.console.applications.timeline import list_events
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain.account import derive_number
from shared.domain.email import Email
from shared.storage.audit import LOOK_UP, make_entry
from tests.support.applications import ID, NOW, awaiting

SAYS = "451 try again later"


def test_what_happened_stands_in_the_order_of_time_with_the_mail_servers_words() -> None:
    email = Email(EmailStatus.DEFERRED, NOW + timedelta(seconds=2), 3, reason=SAYS)
    replay = make_entry("otto", "replay", "code-issued.v1", "it was late", NOW + timedelta(seconds=3), why="fixed")
    events = list_events(awaiting(), {EmailKind.VERIFICATION_CODE: email}, [replay])
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [(event.kind, event.says) for event in events] == [
        ("state", "requested"),
        ("state", "awaiting-code"),
        ("email", "verification-code: deferred (attempt 3)"),
        ("operator", "otto: replay code-issued.v1"),
    ]
    assert [event.more for event in events][2:] == [SAYS, "fixed"]


def test_a_dead_letter_of_an_email_is_an_event_of_its_own() -> None:
    email = Email(EmailStatus.PARKED, NOW, 1, reason="it does not open", parked=uuid4())
    events = list_events(awaiting(), {EmailKind.VERIFICATION_CODE: email}, [])
    assert ("dead letter", "it does not open") in [(event.kind, event.more) for event in events]


def test_who_only_looked_is_in_the_audit_and_not_in_the_timeline() -> None:
    looked = make_entry("vera", LOOK_UP, "application", "by its page", NOW, application=ID)
    assert not [event for event in list_events(awaiting(), {}, [looked]) if event.kind == "operator"]


def test_an_account_is_found_by_its_number_however_it_is_typed() -> None:
    number = derive_number(ID)
    found = SearchTerm.read(f" {number.lower()} ")
    assert (found.kind, found.normal, found.masked) == ("account", number, number)
