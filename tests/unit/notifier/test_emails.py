"""What each email says, and to whom."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from services.notifier.rendering import EmailRenderer
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.domain.account import derive_number
from shared.security.sealing import name_context
from tests.support.written_emails import (
    EMAILS,
    ID,
    KINDS,
    MASKED,
    SETTINGS,
    TO_POINT_OF_CONTACT,
    Told,
    bodies,
    event,
    html,
    prose,
    read,
    text,
    writer,
    written,
)
from tools.email_preview.samples import make_samples


def test_only_its_message_id_tells_a_resent_email_from_the_first() -> None:
    kind = EmailKind.ACCOUNT_READY
    first = event(kind, Told())
    emails = [writer(kind).write(first.model_copy(update={"resend": resend}), kind) for resend in (0, 0, 1, 2)]
    ids = [str(read(each)["Message-ID"]) for each in emails]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert len({text(read(each)) for each in emails}) == 1


def test_an_event_of_an_older_version_opens_as_it_was_sealed() -> None:
    kind = EmailKind.ACCOUNT_READY
    newest, older = event(kind, Told()), name_context("email-due.v0", "content", ID)
    content = EMAILS.open_bytes(newest.content, name_context(newest.TYPE, "content", ID))
    event_v0 = newest.model_copy(update={"content": EMAILS.seal_bytes(content, older)}).note_arrival("email-due.v0")
    assert writer(kind).write(event_v0, kind) == writer(kind).write(newest, kind)


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


@pytest.mark.parametrize("kind", TO_POINT_OF_CONTACT)
def test_a_point_of_contact_without_a_name_is_greeted_without_one(kind: EmailKind) -> None:
    for body in bodies(kind, Told(poc_name="")):
        assert "Hello, " in body


def test_the_company_is_called_what_its_record_calls_it() -> None:
    """The typed name matches the record, but a stranger may spell it differently."""
    for kind in KINDS:
        assert "BRIGHT HARBOR" not in bytes(written(kind, replace(Told(), company_name="Bright Harbor"))).decode()
