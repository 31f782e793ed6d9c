"""Headers: other mail programs read the same names and addresses, however they are folded."""

import email
import re
from email.header import decode_header, make_header
from email.policy import compat32, default
from email.utils import getaddresses
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.headers import reads_back, write_mailbox
from services.notifier.rendering import EmailRenderer, RenderedEmail
from shared.contracts.email_kind import EmailKind
from shared.domain.errors import PermanentFailure
from tests.support.written_emails import SETTINGS, read

ADDRESS = "no-reply@emails.example"
NAMES = [
    "ACE Portal accounts, West: Desk 7",
    "ACE Portal accounts of the Western Region, Los Angeles and Long Beach: Importers, Brokers and Carriers",
    "B\u00fcro f\u00fcr Z\u00f6lle, Einfuhr: " + "\u00f6" * 70,
    "\u95a2\u7a0e\u5c40" * 30,
    'The "ACE" Desk \\ West',
    "=?utf-8?q?Somebody_else?=",
    "O'Brien (West) [7]; Desk.",
    "Q" * 200,
]
names = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1, max_size=150).map(
    lambda text: " ".join(text.split())
)


def sent(name: str, display_name: str) -> bytes:
    return f"{write_mailbox(name, ADDRESS, display_name)}\r\n\r\n".encode()


def read_in_two_ways(content: bytes, name: str) -> list[tuple[str, str]]:
    """Name and address according to Python's newer and older parsers."""
    [newer] = email.message_from_bytes(content, policy=default)[name].addresses
    [(words, address)] = getaddresses([email.message_from_bytes(content, policy=compat32)[name]])
    return [(newer.display_name, newer.addr_spec), (str(make_header(decode_header(words))), address)]


@pytest.mark.parametrize("field", ["From", "Reply-To", "To"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_header_folding(field: str, name: str) -> None:
    content = sent(field, name)

    newer, older = read_in_two_ways(content, field)
    assert older == (name, ADDRESS)
    assert (newer[0].replace(" ", ""), newer[1]) == (name.replace(" ", ""), ADDRESS)  # spaces between encoded words
    assert newer[0] == name or b"?=\r\n =?" in content
    assert max(map(len, content.split(b"\r\n"))) <= (78 if " " in name or not name.isascii() else 998)


@given(names)
def test_any_name_is_read_as_it_is(name: str) -> None:
    [_, older] = read_in_two_ways(sent("From", name), "From")

    assert older == (name, ADDRESS)


def test_sender_and_reply_address_are_those_of_the_settings_whatever_their_names_hold() -> None:
    named = {"mail_from": f"{NAMES[1]} <{ADDRESS}>", "mail_reply_to": '"Desk, ""West""" <desk@emails.example>'}
    message = read(_email("jane@harbor.example", **named))

    assert [(a.display_name, a.addr_spec) for a in message["From"].addresses] == [(NAMES[1], ADDRESS)]
    assert [a.addr_spec for a in message["Reply-To"].addresses] == ["desk@emails.example"]


@pytest.mark.parametrize(
    "address",
    [
        *("o'brien+ace=x?y@harbor.example", "Jane.Doe@harbor.example"),
        *("{a}|b~c^d`e@harbor.example", "a/b@harbor.example"),
        *("jos\u00e9@harbor.example", "\u0130brahim@turk.example", "a" * 64 + "@" + "b" * 60 + ".example"),
    ],
)
def test_envelope_and_header_name_the_accepted_address(address: str) -> None:
    written = _email(address)

    assert written.recipient == address
    assert written.utf8 is not address.isascii()
    assert f"\r\nTo: {address}\r\n".encode() in written.content


@given(st.text("aZ0.!#$%&'*+/=?^_`{|}~-@ \\t\\r\\n\"(),:;<>[]\\\\\u00e9", max_size=20))
def test_an_address_reads_back_only_if_both_parsers_read_nothing_else(mailbox: str) -> None:
    address = f"{mailbox}@harbor.example"
    content = f"{write_mailbox('To', address)}\r\n\r\n".encode()

    if reads_back(address):
        [newer] = email.message_from_bytes(content, policy=default)["To"].addresses
        assert newer.addr_spec == address
        assert email.message_from_bytes(content, policy=default).keys() == ["To"]
    else:
        assert not address.isprintable() or not re.fullmatch(r"[\w+-]+(\.[\w+-]+)*", mailbox, re.ASCII)


def test_a_header_that_names_another_mailbox_is_a_bug_and_sends_nothing() -> None:
    with pytest.raises(PermanentFailure, match="bug in this service"):
        _email("=?utf-8?q?victim?=@harbor.example")


def _email(to: str, **settings: str) -> RenderedEmail:
    emails = EmailRenderer(SETTINGS.model_copy(update=settings))
    facts: dict[str, object] = dict.fromkeys(("company_name", "importer_number", "requester_email", "account"), "X")
    return emails.write(
        EmailKind.ACCOUNT_READY,
        to=to,
        application_id=uuid4(),
        said={**facts, "reference": "ACE-0000-0000", "owner_name": "Jane"},
    )
