"""A typed name makes no link and hides nothing in an email that people trust."""

import pytest

from shared.contracts.email_kind import EmailKind
from tests.support.written_emails import OF_CODE_MAILER, Told, bodies


@pytest.mark.parametrize("kind", [kind for kind in EmailKind if kind not in OF_CODE_MAILER])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Visit http://evil.example/x to confirm", "Visit http: //evil. example/x to confirm"),
        ("See www.evil.example or write to me@evil.example", "See www. evil. example or write to me@ evil. example"),
        ("evil.\u2064example", "evil. example"),
        ("J.R. Smith, Jr., n/a", "J. R. Smith, Jr., n/a"),
    ],
)
def test_the_name_that_somebody_typed_makes_no_link(kind: EmailKind, name: str, said: str) -> None:
    for body in bodies(kind, Told(owner_name=name)):
        assert said in body
        assert "evil.example" not in body


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Z" + "\u0301" * 40 + "oe", "Z" + "\u0301" * 4 + "oe"),
        ("Z" + "\u0301\u200d" * 40 + "oe", "Z" + "\u0301" * 4 + "oe"),
        ("\u0639" + "\u0301\u200d\u0651" * 40 + "\u0644\u06cc", "\u0639\u0301\u0651\u0301\u0651"),
        (
            "\u1ec6\u0323\u0302 \u0e1b\u0e35\u0e48 \u05d1\u05b0\u05bc\u0591",
            "\u1ec6\u0323\u0302 \u0e1b\u0e35\u0e48 \u05d1\u05b0\u05bc\u0591",
        ),
    ],
)
def test_a_name_covers_no_line_but_its_own(name: str, said: str) -> None:
    for body in bodies(EmailKind.ACCOUNT_CREATED_NOTICE, Told(owner_name=name)):
        assert said in body
        assert "\u0301" * 5 not in body


@pytest.mark.parametrize(
    "name",
    [
        *("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u09b0\u200d\u09cd\u09af"),
        *("\U00031350\u738b", "\u1828\u1822\u1829\u180e\u1821"),
    ],
)
def test_a_name_keeps_the_joiners_and_new_letters_that_it_is_spelled_with(name: str) -> None:
    for body in bodies(EmailKind.ACCOUNT_CREATED_NOTICE, Told(owner_name=name)):
        assert name in body
