"""What the emails say and to whom; a name from a form or record changes only its own place."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from services.notifier.headers import COLUMNS, Subject
from services.notifier.rendering import EmailRenderer, format_time, wrap
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.domain import reference
from shared.domain.account import derive_number
from shared.domain.errors import PermanentFailure
from tests.support.written_emails import (
    CODE,
    EXPIRES_AT,
    ID,
    SETTINGS,
    TO_POINT_OF_CONTACT,
    Told,
    bodies,
    event,
    html,
    prose,
    read,
    text,
    words,
    writer,
    written,
)
from tools.email_preview.samples import make_samples

REFERENCE = reference.derive(ID)
MASKED = "**-*****89AB"
KINDS = list(EmailKind)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'O\'Brien & "Sons" <b>{{ settings }}</b> {% raw %}',
    '\u05d7\u05d1\u05e8\u05ea \u05d9\u05d1\u05d5\u05d0 \u05d1\u05e2"\u05de',
    "Acme\u202egnp.exe",
    "M" * 120,
    "Soci\u00e9t\u00e9 " * 14,
    "\U0001f6a2 Schiff & S\u00f6hne",
    "Acme\r\n\r\nThe verification code is:\r\n\r\n1111-1111\r\nBcc: thief@example.com",
    "- 1. Acme",
]


def test_only_its_message_id_tells_a_resent_email_from_the_first() -> None:
    kind = EmailKind.ACCOUNT_READY
    first = event(kind, Told())
    emails = [writer(kind).write(first.model_copy(update={"resend": resend}), kind) for resend in (0, 0, 1, 2)]
    ids = [str(read(each)["Message-ID"]) for each in emails]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert len({text(read(each)) for each in emails}) == 1


def test_the_confirmation_says_that_the_importer_view_request_was_processed() -> None:
    for body in bodies(EmailKind.IMPORTER_VIEW_CONFIRMED):
        assert "Your importer view request for Bright Harbor Imports, Inc. has been processed." in body
        assert MASKED in body
        assert "Your ACE Portal account is ready" in body


def test_the_account_email_has_user_information_and_the_way_in() -> None:
    for body in bodies(EmailKind.ACCOUNT_READY):
        for said in ("jane.doe@brightharbor.example", "Bright Harbor Imports, Inc.", derive_number(ID)):
            assert said in body
        assert "Trade Account Owner" in body
        assert "for the first time" in body
        assert "https://portal.example/sign-in" in body


def test_the_account_email_says_what_has_to_be_done_so_that_refunds_are_paid() -> None:
    for body in bodies(EmailKind.ACCOUNT_READY):
        assert "enter the company's bank information" in body[: body.index("Your user information")]
        assert "Select the tab ACH Refund Authorization." in body
        assert "Never send bank information by email." in body
        assert "at least every 45 days" in body
        assert "add them to this account as sub-accounts" in body


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (EmailKind.ACCOUNT_READY, "account_types_guide_url"),
        (EmailKind.ACCOUNT_READY, "trade_refund_report_url"),
        (EmailKind.ACCOUNT_READY, "refunds_url"),
        (EmailKind.IMPORTER_VIEW_CONFIRMED, "trade_refund_report_url"),
    ],
)
def test_what_to_read_is_a_link_that_a_setting_names(kind: EmailKind, setting: str) -> None:
    url = f"https://docs.example/{setting}"
    emails = EmailRenderer(SETTINGS.model_copy(update={setting: url}))
    message = read(next(sample for sample in make_samples() if sample.kind is kind).render(emails))

    assert url in text(message)
    assert [link for link in BeautifulSoup(html(message), "html.parser").select("a") if link["href"] == url]


def test_the_account_email_is_called_what_the_confirmation_calls_it() -> None:
    assert str(written(EmailKind.ACCOUNT_READY)["Subject"]).startswith("Your ACE Portal account is ready")
    assert "Your ACE Portal account is ready" in prose(text(written(EmailKind.IMPORTER_VIEW_CONFIRMED)))


def test_the_notice_says_who_became_owner_and_how_to_object() -> None:
    for body in bodies(EmailKind.ACCOUNT_CREATED_NOTICE):
        for said in ("Jane Q. Doe", "jane.doe@brightharbor.example", "Trade Account Owner", derive_number(ID), MASKED):
            assert said in body
        assert "you object to this account owner" in body
        assert "what the account owner typed. We have not checked them." in body
        assert "Use no other number, address or link." in body
        assert "Call the Trade Help Desk now, on 1-800-555-0147" in body


@pytest.mark.parametrize(
    ("problem", "said", "unsaid"),
    [
        (Problem.IMPORTER_ALREADY_LINKED, "this importer was linked to another ACE Portal account", "login of another"),
        (Problem.EMAIL_IN_USE, "jane.doe@brightharbor.example became the login of another ACE Portal user", "linked"),
        (Problem.UNAVAILABLE, "the application could not go on", "another"),
        (None, "the application could not go on", "another"),
    ],
)
def test_the_refusal_says_what_happened(problem: Problem | None, said: str, unsaid: str) -> None:
    for body in bodies(EmailKind.APPLICATION_REFUSED, Told(problem=problem)):
        assert said in body
        assert unsaid not in body
        assert MASKED in body
        assert "What to do next" in body


@pytest.mark.parametrize("kind", KINDS)
class TestEveryEmail:
    def test_says_whom_to_ask_with_which_reference(self, kind: EmailKind) -> None:
        for body in bodies(kind):
            assert f"Ask the Trade Help Desk and give the reference {REFERENCE}" in body
            assert "1-800-555-0147" in body
            assert "help@emails.example" in body

    def test_says_in_its_subject_what_it_is_about_and_nothing_personal(self, kind: EmailKind) -> None:
        subject = str(written(kind)["Subject"])

        assert "Bright Harbor Imports, Inc." in subject
        assert REFERENCE in subject
        for personal in ("jane.doe", "Jane", "Sam", "89AB", CODE, derive_number(ID)):
            assert personal not in subject

    def test_shows_four_characters_of_the_importer_number_and_no_more(self, kind: EmailKind) -> None:
        for number, masked in [
            ("12-3456789AB", MASKED),
            ("123-45-6789", "***-**-6789"),
            ("261234-56789", "******-*6789"),
        ]:
            message = written(kind, Told(importer_number=number))
            for part in (text(message), html(message)):
                assert masked in part
                assert number not in part
                assert number.replace("-", "")[:-4] not in part

    def test_goes_to_its_recipient_and_is_answered_where_the_settings_say(self, kind: EmailKind) -> None:
        message = written(kind)

        to_contact = kind in TO_POINT_OF_CONTACT
        assert message["To"] == ("sam@brightharbor.example" if to_contact else "jane.doe@brightharbor.example")
        assert message["From"] == "ACE Portal accounts <no-reply@emails.example>"
        assert message["Reply-To"] == "answers@emails.example"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert message["Content-Language"] == "en-US"

    def test_greets_its_recipient(self, kind: EmailKind) -> None:
        for body in bodies(kind):
            assert ("Hello Sam Okafor," if kind in TO_POINT_OF_CONTACT else "Hello Jane Q. Doe,") in body

    def test_has_the_same_message_id_each_time_and_no_other_email_has_it(self, kind: EmailKind) -> None:
        ids = [str(written(kind)["Message-ID"]) for _ in range(2)]

        assert ids[0] == ids[1]
        assert ids[0].endswith("@emails.example>")
        assert all(str(written(other)["Message-ID"]) != ids[0] for other in KINDS if other is not kind)

    @pytest.mark.parametrize("name", ["Bright Harbor", "Soci\u00e9t\u00e9 " * 14, "\u6771\u4eac\u8cbf\u6613" * 30])
    def test_is_sent_in_ascii_in_lines_that_every_mail_server_takes(self, kind: EmailKind, name: str) -> None:
        sent = bytes(written(kind, Told(company_name=name, poc_name=name, owner_name=name)))

        assert sent.isascii()
        assert max(map(len, sent.splitlines())) <= 78
        assert b"base64" not in sent

    def test_is_text_that_a_person_reads(self, kind: EmailKind) -> None:
        part = text(written(kind))

        assert max(map(len, part.split("\n"))) <= COLUMNS
        assert "\n\n\n" not in part
        assert "e-mail" not in part.lower()  # the guide and the form call it email
        assert part == part.strip() + "\n"
        assert not re.search(r"[ \t]\n", part)
        assert not re.search(r"[{}<>]|None|&\w+;|\bTrue\b|\bFalse\b", part)
        assert not re.search(r" [,.;:]|\.\.|,,|  (?! *\S)", part)

    def test_says_the_same_in_both_parts(self, kind: EmailKind) -> None:
        """The same words in the same order; only the text part has signs before list items."""
        for problem in (Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE, None):
            message = written(kind, Told(problem=problem))
            page = BeautifulSoup(html(message), "html.parser")
            for unseen in page.select("head, .preheader"):
                unseen.extract()

            assert words(re.sub(r"(?m)^(- |\d+\. )", "", text(message))) == words(page.get_text(" "))

    def test_has_html_that_needs_nothing_from_elsewhere(self, kind: EmailKind) -> None:
        part = html(written(kind))
        page = BeautifulSoup(part, "html.parser")

        assert not page.select("img, script, link, iframe, object, embed, video, audio, form, base, svg")
        assert not page.select("[src], [srcset], [background], [onclick], [onload], [onerror]")
        assert not re.search(r"url\(|@import|@font-face|expression\(", part)

    def test_has_well_formed_html_with_one_heading_in_a_language_for_light_and_dark(self, kind: EmailKind) -> None:
        part = html(written(kind))
        page = BeautifulSoup(part, "html.parser")

        Balanced().check(part)
        assert part.startswith("<!DOCTYPE html>")
        assert page.html is not None
        assert page.html["lang"] == "en-US"
        assert len(page.select("h1")) == 1
        assert page.select_one('meta[name="color-scheme"][content="light dark"]')
        assert page.title is not None
        assert page.title.get_text() == page.select("h1")[0].get_text()
        preheader = page.select_one("body > div")
        assert isinstance(preheader, Tag)
        assert "display:none" in str(preheader["style"])
        assert 20 <= len(preheader.get_text()) <= 140

    def test_tells_a_screen_reader_which_tables_are_only_layout(self, kind: EmailKind) -> None:
        page = BeautifulSoup(html(written(kind)), "html.parser")

        for table in page.select("table"):
            rows = table.find_all("th", attrs={"scope": "row"}) if "facts" in (table.get("class") or []) else []
            assert rows or table.get("role") == "presentation"

    @pytest.mark.parametrize("name", HOSTILE)
    def test_escapes_every_name(self, kind: EmailKind, name: str) -> None:
        plain = written(kind)
        told = Told(company_name=name, poc_name=name, owner_name=name, requester_email='"<i>x"@example.com')
        hostile = written(kind, told)

        assert tags(html(hostile)) == tags(html(plain))
        assert prose(html(hostile)).count(shown(name)) >= 2

    @pytest.mark.parametrize("name", HOSTILE)
    def test_keeps_a_name_within_its_paragraph_and_its_header(self, kind: EmailKind, name: str) -> None:
        plain = written(kind)
        hostile = written(kind, Told(company_name=name, poc_name=name, owner_name=name))

        assert hostile.keys() == plain.keys()
        assert text(hostile).count("\n\n") == text(plain).count("\n\n")
        assert "1111-1111" not in text(hostile).split("\n")
        assert str(hostile["Subject"]).count(shown(name)) == 1
        assert shown(name) in prose(text(hostile))

    def test_keeps_long_addresses_whole(self, kind: EmailKind) -> None:
        address = f"{'o' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
        message = written(kind, Told(requester_email=address, poc_email=address))

        assert message["To"] == address

    def test_cannot_be_written_with_something_missing(self, kind: EmailKind) -> None:
        with pytest.raises(UndefinedError):
            EmailRenderer(SETTINGS).write(kind, to="someone@example.com", application_id=ID, said={})

    def test_refuses_an_address_that_would_start_another_header(self, kind: EmailKind) -> None:
        address = "a@example.com\r\nBcc: thief@example.com"
        told = Told(requester_email=address, poc_email=address)

        with pytest.raises(PermanentFailure, match="a bug in this service"):
            writer(kind).write(event(kind, told), kind)


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=120))
def test_every_subject_arrives_as_it_was_written(name: str) -> None:
    """In lines that mail servers accept: none is empty, or over 78 characters except for one word (RFC 5322, 2.1.1)."""
    subject = " ".join(f"Your ACE Portal account is ready: {name} ({REFERENCE})".split())
    message = EmailMessage(policy=SMTP)
    message["Subject"] = Subject(subject)

    sent = bytes(message)

    assert email.message_from_bytes(sent, policy=default)["Subject"] == subject
    for line in sent.removeprefix(b"Subject: ").removesuffix(b"\r\n\r\n").split(b"\r\n"):
        assert line.strip()
        assert len(line) <= 78 or b" " not in line.strip()


@pytest.mark.parametrize("kind", TO_POINT_OF_CONTACT)
def test_a_point_of_contact_without_a_name_is_greeted_without_one(kind: EmailKind) -> None:
    for body in bodies(kind, Told(poc_name="")):
        assert "Hello, " in body


def test_the_company_is_called_what_its_record_calls_it() -> None:
    """The typed name matches the record, but a stranger may spell it differently."""
    for kind in KINDS:
        assert "BRIGHT HARBOR" not in bytes(written(kind, replace(Told(), company_name="Bright Harbor"))).decode()


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (EXPIRES_AT, "3:07 PM Eastern time (20:07 UTC) on November 22, 2026"),
        (datetime(2026, 7, 4, 4, 5, tzinfo=UTC), "12:05 AM Eastern time (04:05 UTC) on July 4, 2026"),
        (
            datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC),
            "11:59 PM Eastern time (03:59 UTC the next day) on March 8, 2026",
        ),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "12:00 PM Eastern time (17:00 UTC) on December 31, 2026"),
    ],
)
def test_times_are_in_us_eastern_time(time: datetime, said: str) -> None:
    assert format_time(time) == said


def test_paragraphs_are_filled_and_items_have_a_hanging_indent() -> None:
    long = "word " * 20
    assert wrap(f"One\ntwo\n\n\n\n- {long}\n- three\n\n1. {long}\nmore\n2. four\n") == (
        "One two\n\n"
        "- word word word word word word word word word word word word word word word\n"
        "  word word word word word\n"
        "- three\n\n"
        "1. word word word word word word word word word word word word word word\n"
        "   word word word word word word more\n"
        "2. four\n"
    )


def shown(name: str) -> str:
    """A name as an email shows it."""
    return " ".join(name.replace("\u202e", "").split())


def tags(part: str) -> list[str]:
    """Every tag with its attributes, in order, which no name may change."""
    found: list[str] = []

    class Shape(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"{tag} {attrs}")

    Shape().feed(part)
    return found


class Balanced(HTMLParser):
    """Fails if a tag is not closed in order."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} says something twice"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def check(self, part: str) -> None:
        self.feed(part)
        self.close()
        assert not self.open
