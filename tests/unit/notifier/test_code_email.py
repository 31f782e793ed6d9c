"""The email with the verification code: what the point of contact must know before passing it on."""

import pytest
from bs4 import BeautifulSoup

from shared.contracts.email_kind import EmailKind
from tests.support.written_emails import CODE, KINDS, MASKED, REFERENCE, Told, bodies, html, text, words, written


def test_the_code_stands_alone_on_one_line_of_the_text() -> None:
    lines = text(written(EmailKind.VERIFICATION_CODE)).split("\n")

    assert lines.count(CODE) == 1
    assert sum(CODE in line for line in lines) == 1


def test_the_code_stands_once_in_the_html_grouped_large_and_in_letters_of_one_width() -> None:
    page = BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE)), "html.parser")

    [code] = [cell for cell in page.select("td strong > code") if cell.get_text() == CODE]
    style = str(code["style"])
    assert "monospace" in style
    assert "font-size:36px" in style
    assert page.get_text().count(CODE) == 1


def test_the_code_is_in_no_header() -> None:
    message = written(EmailKind.VERIFICATION_CODE)

    assert not any(CODE in str(value) or CODE.replace("-", "") in str(value) for value in message.values())


def test_the_code_is_not_in_the_preview_that_a_locked_telephone_shows() -> None:
    page = BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE)), "html.parser")

    assert CODE not in page.get_text()[:200]


@pytest.mark.parametrize(
    "said",
    [
        "Requester's email",
        "jane.doe@brightharbor.example",
        "Bright Harbor Imports, Inc.",
        MASKED,
        REFERENCE,
        "until 3:07 PM Eastern time (20:07 UTC) on November 22, 2026",
        "Check every letter of the requester's email address",
        "Pass on the code in this email only if you expect this request.",
        "by a phone number or an address that you had before this email",
        f"If it is {REFERENCE}, pass the code on.",
        "If you are applying yourself, enter the code in your form only if it shows this reference.",
        "for 10 minutes only",
        "Only the newest code works.",
        "If you expect this request",
        "pass the code on",
        "Never give the code to a caller who asks you for it",
        "If you do not expect this request",
        "Do not share the code",
        "never has the letters I, L, O or U",
        "You are the point of contact",
    ],
)
def test_the_code_comes_with_all_that_the_point_of_contact_must_know(said: str) -> None:
    for body in bodies(EmailKind.VERIFICATION_CODE):
        assert said in body


def test_the_code_comes_after_the_warning_about_callers_who_ask_for_it() -> None:
    for body in bodies(EmailKind.VERIFICATION_CODE):
        assert body.index("Never give the code to a caller") < body.index(CODE)


def test_the_code_comes_near_the_top() -> None:
    for body in bodies(EmailKind.VERIFICATION_CODE):
        assert len(words(body[body.index("Hello") : body.index(CODE)])) < 80


def test_the_code_comes_with_an_address_in_letters_of_one_width_from_left_to_right() -> None:
    page = BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE)), "html.parser")

    [address] = [cell for cell in page.select("td > span") if cell.get_text() == "jane.doe@brightharbor.example"]
    assert "monospace" in str(address["style"])
    assert address["dir"] == "ltr"


def test_the_code_comes_with_an_address_of_any_length_unbroken() -> None:
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example"
    message = written(EmailKind.VERIFICATION_CODE, Told(requester_email=address))

    assert address in text(message)
    assert address in html(message)


def test_the_code_comes_without_a_link_to_follow() -> None:
    page = BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE)), "html.parser")

    assert all(str(link["href"]).startswith(("tel:", "mailto:")) for link in page.select("a"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not EmailKind.VERIFICATION_CODE])
def test_the_code_is_in_no_other_email(kind: EmailKind) -> None:
    assert CODE not in bytes(written(kind)).decode()
