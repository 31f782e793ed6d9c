"""The checks of the sixth and seventh invariants find personal data in the clear, and users without the right."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.contracts.commands import StartApplication
from shared.messaging import topology
from shared.messaging.permissions import PERMISSIONS
from tests.unit.chaos.case import Case, published, published_to

PLACES: dict[str, Callable[[str], str]] = {
    "a message": lambda datum: json.dumps({"application_id": "1", "company": datum}),
    "a header": lambda datum: "{}" + json.dumps({"ace-reason": f"no such mailbox: <{datum}>."}),
    "a document": lambda datum: repr({"_id": 1, "details": datum}),
    "a log": lambda datum: f'{{"event": "started"}}\nTraceback: refused by {datum}.\n',
    "capitals": lambda datum: f"to {datum.upper()}",
}
WHAT = ("number", "digits", "contact's address", "contact", "company", "address", "name", "street", "telephone")


def data(case: Case) -> dict[str, str]:
    """All personal data, as people type it."""
    person = case.story(case.owner).person
    importer = person.importer
    values = (importer.number, importer.number.replace("-", ""), importer.poc_email, importer.poc_name)
    return dict(
        zip(
            WHAT,
            (*values, importer.company, person.email, person.last_name, person.street, person.telephone),
            strict=True,
        )
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", WHAT)
def test_personal_data_in_the_clear_is_found(case: Case, what: str, place: str) -> None:
    case.evidence.clear.append(PLACES[place](data(case)[what]))
    [found] = case.broken()
    assert found.startswith("6 privacy: ")
    assert "stands in clear" in found


@pytest.mark.parametrize("place", ["a message", "a header", "a document", "a log"])
@pytest.mark.parametrize("hyphen", ["-", ""])
def test_a_code_in_the_clear_is_found(case: Case, place: str, hyphen: str) -> None:
    code = case.evidence.emails[0].code or ""
    case.evidence.clear.append(PLACES[place](code.replace("-", hyphen)))
    [found] = case.broken()
    assert found.startswith(f"6 privacy: {code[:4]}... stands in clear")


def test_what_only_looks_like_personal_data_is_valid(case: Case) -> None:
    case.evidence.clear.append("o***@q***.com 00-0000000XX 555-000-0000 quixotic 0000-0000 7f3a11119999")
    assert case.broken() == []


@pytest.mark.parametrize(
    "text",
    [
        '{"error": "ChannelAccessRefused"}',
        "ACCESS_REFUSED - write access to topic refused",
        "operation basic.publish caused a channel exception access_refused",
    ],
)
def test_a_service_that_was_denied_something_is_found(case: Case, text: str) -> None:
    case.evidence.clear.append(text)
    assert case.broken() == ["7 rights: the broker refused a service something"]


FOREIGN = {
    "an event of another service": published_to(topology.EVENTS, "email-due", "verifier"),
    "a command by a worker": published_to(topology.COMMANDS, "start-application", "intake"),
    "a command by the suite": published_to(topology.COMMANDS, "check-code", "ace"),
    "a command by nobody": published_to(topology.COMMANDS, "check-code", ""),
    "an event as a command": published_to(topology.COMMANDS, "email-due", "provisioner"),
    "another's message sent to wait": published_to("ace.retry.1s", "intake.submit-details", "verifier", "gateway"),
    "a question sent to wait": published_to("ace.retry.1s", "intake.ask-outcome", "intake", "gateway"),
    "what has no queue sent to wait": published_to("ace.retry.1s", "intake.something", "intake", "gateway"),
    "another's message given up": published_to(topology.DEAD, "intake.submit-details.dead", "verifier", "gateway"),
    "a message given up by its sender": published_to(topology.DEAD, "intake.submit-details.dead", "gateway"),
    "a message sent back by a service": published_to(topology.REPLAY, "intake.submit-details", "intake", "gateway"),
    "a question sent back": published_to(topology.REPLAY, "intake.ask-outcome", "ace", "gateway"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_message_from_the_wrong_publisher_is_found(case: Case, what: str) -> None:
    message = replace(FOREIGN[what], name=FOREIGN[what].key, id=next(iter(case.evidence.dead)).message_id)
    case.evidence.published.append(message)
    user = message.user or "nobody"
    assert case.broken() == [f"7 rights: {user} published {message.key} to {message.exchange}"]


def test_a_message_under_the_key_of_another_is_found(case: Case) -> None:
    case.evidence.published.append(
        replace(published_to(topology.COMMANDS, "check-code", "gateway"), name="submit-details")
    )
    assert case.broken() == ["7 rights: gateway published check-code to ace.commands"]


@pytest.mark.parametrize("origin", ["verifier", "another-gateway", ""])
@pytest.mark.parametrize("exchange", ["ace.retry.30s", topology.DEAD])
def test_a_message_forwarded_under_another_sender_is_found(case: Case, exchange: str, origin: str) -> None:
    key = "verifier.check-code" + (".dead" if exchange == topology.DEAD else "")
    message = published_to(exchange, key, "verifier", origin)
    case.evidence.published.append(replace(message, id=case.evidence.dead[0].message_id))
    [found] = case.broken()
    assert found == f"7 rights: verifier sent {key} on to {exchange} as coming from {origin}"


@pytest.mark.parametrize("user", ["gateway", "verifier"])
def test_the_broker_dead_letters_a_message_in_the_name_of_its_last_publisher(case: Case, user: str) -> None:
    message = published_to(topology.DEAD, "verifier.check-code.dead", user)
    message = replace(message, id=case.evidence.dead[0].message_id)
    case.evidence.published.append(replace(message, by_broker=True))
    assert case.broken() == []
    case.evidence.published.append(replace(message, by_broker=True, user="notifier"))
    assert case.broken() == ["7 rights: notifier published verifier.check-code.dead to ace.dead"]


def test_if_all_services_share_a_user_messages_carry_that_user(case: Case) -> None:
    found = case.evidence
    found.users = dict.fromkeys(PERMISSIONS, "ace")
    found.published = [replace(message, user="ace", origin=message.origin and "ace") for message in found.published]
    replayed = published_to(topology.REPLAY, "intake.submit-details", "ace", "ace")
    found.published.append(replayed)
    assert case.broken() == []
    found.published.append(replace(published(StartApplication), user="gateway"))
    assert case.broken() == ["7 rights: gateway published start-application to ace.commands"]


def test_confirmed_commands_without_a_published_message_are_found(case: Case) -> None:
    case.evidence.published.clear()
    assert case.broken() == ["7 rights: commands were confirmed, and nobody saw a message"]
