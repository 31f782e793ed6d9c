"""Emails put together as bytes are what the template engine and the standard library write, whatever they say."""

import re
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.headers import LONGEST_LINE
from services.notifier.rendering import EmailRenderer
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from tests.support import stdlib_emails
from tests.support.written_emails import CODE, EXPIRES_AT, ID, REFERENCE, SETTINGS

EMAILS = EmailRenderer(SETTINGS)

HOSTILE = [
    *("</td></tr></table>", "&lt;b&gt; &amp; &nbsp;", "--> ]]> <![endif]-->"),
    *("{{ code }} {% raw %}", "\ue000code\ue001"),
    *(
        "=?utf-8?q?Somebody_else?=",
        "--=_",
        "=_" + "a" * 32,
        "=3D=\t=",
        ".",
        "- 1. Acme",
        "From me",
        "a\u00a0b\u2028c\x85d",
    ),
    *(
        "M" * 120,
        "Soci\u00e9t\u00e9 " * 14,
        "\U0001f6a2 & S\u00f6hne",
        '\u05d7\u05d1\u05e8\u05ea \u05d1\u05e2"\u05de',
        "W " * 200,
    ),
    *("Acme\r\n\r\nBcc: thief@example.com", "trailing \t", "\x00\x1b\x7f", "\ufffe\ufdd0", "M" * 1500, "M\u0301" * 700),
]
VISIBLE = st.characters(codec="utf-8", exclude_categories=["Cs", "Cf", "Cc", "Z", "M"])
ANY = st.characters(codec="utf-8")
names = st.sampled_from(HOSTILE) | st.builds(lambda first, rest: first + rest, VISIBLE, st.text(ANY, max_size=200))
atoms = st.text("abcdefghijkKLMNOPZ0129!#$%&'*+/=?^_`{|}~-\u00e9\u0130\u5bcc", min_size=1, max_size=40)
mailboxes = st.builds(
    lambda atoms, domain: ".".join(atoms) + f"@{domain}.example",
    st.lists(atoms, min_size=1, max_size=3),
    st.from_regex(r"[a-z]{1,60}", fullmatch=True),
).filter(lambda address: "=?" not in address)
said = st.fixed_dictionaries(
    {
        "company_name": names,
        "importer_number": st.just("**-*****89AB"),
        "requester_email": names | mailboxes,
        "poc_name": st.just("") | names,
        "owner_name": names,
        "account": st.just("ACE-1"),
        "code": st.just(CODE),
        "expires_at": st.just(EXPIRES_AT),
        "reference": st.just(REFERENCE),
        "problem": st.sampled_from([None, *Problem]),
        "since": st.just(EXPIRES_AT),
        "requests": st.just("3 requests"),
        "more_importers": st.sampled_from(["", "2 other importers"]),
        "importers.0.company_name": names,
        "importers.0.importer_number": st.just("**-*****89AB"),
        "importers.0.requests": st.just("1 request"),
        "importers.1.company_name": names,
        "importers.1.importer_number": st.just("***-**-6789"),
        "importers.1.requests": st.just("2 requests"),
    }
)


@pytest.mark.parametrize("kind", EmailKind)
@settings(max_examples=15)
@given(to=mailboxes, said=said)
def test_an_email_reads_as_if_the_standard_library_had_written_it(
    kind: EmailKind, to: str, said: dict[str, object]
) -> None:
    written = EMAILS.write(kind, to=to, application_id=ID, said=said)
    ours, theirs = _read(written.content), _read(stdlib_emails.write(kind, to, said))

    assert dict(ours) == dict(theirs) | {name: ours[name] for name in ("Content-Type", "Date", "Message-ID", "Subject")}
    assert ours["Subject"] == stdlib_emails.render(kind, said)[0]  # its own folding changes some
    assert ours["To"].addresses == theirs["To"].addresses
    assert ours.get_content_type() == "multipart/alternative"
    assert [_describe(part) for part in ours.iter_parts()] == [_describe(part) for part in theirs.iter_parts()]


@pytest.mark.parametrize("kind", EmailKind)
@settings(max_examples=15)
@given(said=said)
def test_an_email_has_lines_that_every_mail_server_takes(kind: EmailKind, said: dict[str, object]) -> None:
    content = EMAILS.write(kind, to="sam@harbor.example", application_id=ID, said=said).content

    assert content.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", content)
    assert max(map(len, content.split(b"\r\n"))) <= LONGEST_LINE
    boundary = _read(content).get_boundary()
    assert boundary
    assert content.count(boundary.encode()) == 4


@pytest.mark.parametrize("kind", EmailKind)
@given(names=st.lists(names, min_size=2, max_size=4))
def test_a_template_keeps_nothing_of_the_email_before(kind: EmailKind, names: list[str]) -> None:
    def write(name: str) -> bytes:
        said = {"company_name": name, "owner_name": name, "poc_name": name, "requester_email": "a@b.example"}
        said |= {"importer_number": "*", "account": "ACE-1", "reference": REFERENCE, "code": CODE, "expires_at": "now"}
        said |= {f"importers.0.{field}": name for field in ("company_name", "importer_number", "requests")}
        digest = {"since": EXPIRES_AT, "requests": name, "more_importers": name, "problem": None}
        content = EMAILS.write(kind, to="sam@harbor.example", application_id=ID, said={**said, **digest}).content
        return re.sub(rb"Date: .*", b"", content)

    first = write(names[0])
    for _, name in pairwise(names):
        write(name)
    assert write(names[0]) == first


def _read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _describe(part: "MIMEPart[Any, Any]") -> tuple[str, ...]:
    content = str(part.get_content()).replace("\r\n", "\n")
    assert part["Content-Transfer-Encoding"] in ("7bit", "quoted-printable")
    return part.get_content_type(), str(part["Content-Type"].params), content
