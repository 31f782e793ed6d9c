"""What holds for each email, whatever a form or a record contains."""

import re
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import UndefinedError

from services.notifier.headers import COLUMNS
from services.notifier.rendering import EmailRenderer
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.domain.account import derive_number
from shared.domain.errors import PermanentFailure
from tests.support.written_emails import (
    CODE,
    ID,
    KINDS,
    MASKED,
    REFERENCE,
    SETTINGS,
    TO_POINT_OF_CONTACT,
    Told,
    bodies,
    event,
    html,
    prose,
    text,
    words,
    writer,
    written,
)

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
