"""An application as an operator sees it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.console.applications import application_view
from services.console.output import printing
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.domain.application import Application, Code, Parked
from shared.domain.email import Email
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer
from shared.storage.sealed_documents import Applicant, Contact

NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
ID = UUID("8d1f5a52-3c0e-4b52-9a55-0a4b7a1c9e01")
MESSAGE = uuid4()
STORAGE = Sealer(KeyRing.parse(make_ring()))
PERSONAL = ("987-65-4320", "eleanor.vance@vance.example", "theo.marsh@marsh.example", "Theo Marsh")


EMAIL_MESSAGE = uuid4()
EMAILS = {
    EmailKind.VERIFICATION_CODE: Email(EmailStatus.REFUSED, NOW, 1, reason="550 refused", parked=EMAIL_MESSAGE),
}


@pytest.fixture
def application() -> Application:
    applicant = Applicant(company_name="Vance Antiques", importer_number=PERSONAL[0], email=PERSONAL[1])
    contact = Contact(company_name="Vance Antiques", poc_name=PERSONAL[3], poc_email=PERSONAL[2])
    begun = Application.begin(ID, gateway="gateway", taken_at=NOW, now=NOW, cause="start-application")
    code = Code("mac", NOW, NOW + timedelta(minutes=10), tries=2)
    awaiting = begun.await_code(code, NOW + timedelta(seconds=1), "application-accepted")
    sealed = {
        "request": STORAGE.seal(applicant, f"applications/request/{ID}"),
        "contact": STORAGE.seal(contact, f"applications/contact/{ID}"),
        "parked": {MESSAGE: Parked(MESSAGE, "check-code", "it does not open", NOW)},
    }
    rejected = awaiting.reject(Problem.POC_EMAIL_REFUSED, NOW + timedelta(minutes=1), "code-issued")
    return Application(**{**vars(rejected), **sealed})


def test_personal_data_is_masked(application: Application, capsys: pytest.CaptureFixture[str]) -> None:
    seen = application_view.describe(application, EMAILS, STORAGE, NOW)
    printing.print_json(seen)
    application_view.print_view(seen)
    printed = capsys.readouterr().out
    assert not [datum for datum in PERSONAL if datum in printed]
    assert "***-**-4320" in printed
    assert "e***@vance.example" in printed
    assert "t***@marsh.example" in printed


def test_it_tells_the_whole_history_with_times_and_causes(
    application: Application, capsys: pytest.CaptureFixture[str]
) -> None:
    application_view.print_view(application_view.describe(application, EMAILS, STORAGE, NOW))
    printed = capsys.readouterr().out
    for line in (
        ["2026-11-22", "15:04:05", "UTC", "requested", "start-application"],
        ["2026-11-22", "15:04:06", "UTC", "awaiting-code", "application-accepted"],
        ["2026-11-22", "15:05:05", "UTC", "rejected", "code-issued"],
        ["verification-code", "refused", "2026-11-22", "15:04:05", "UTC", "-", "1", "0", "550", "refused"],
    ):
        assert line in [printed_line.split() for printed_line in printed.splitlines()]
    assert "poc-email-refused" in printed
    assert "it does not open" in printed
    assert str(EMAIL_MESSAGE) in printed


def test_as_json_it_can_be_read_by_programs(application: Application, capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_json(application_view.describe(application, EMAILS, STORAGE, NOW))
    seen = json.loads(capsys.readouterr().out)
    assert seen["reference"] == application.reference
    assert seen["state"] == "rejected"
    assert seen["code"]["tries_left"] == 3
    assert [(parked["message"], parked["email"], parked["reason"]) for parked in seen["parked"]] == [
        ("check-code", None, "it does not open"),
        ("code-issued", "verification-code", "550 refused"),
    ]
    assert [entry["state"] for entry in seen["history"]] == ["requested", "awaiting-code", "rejected"]
    assert seen["history"][0]["at"] == "2026-11-22T15:04:05+00:00"


def test_a_seal_that_does_not_open_is_reported_and_hides_nothing_else(application: Application) -> None:
    seen = application_view.describe(application, EMAILS, Sealer(KeyRing.parse(make_ring())), NOW)
    assert "cannot be opened" in seen["company"]
    assert seen["state"] == "rejected"


def test_a_placeholder_application_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    bare = Application.begin(ID, gateway="gateway", taken_at=NOW, now=NOW, cause="abandon-application")
    application_view.print_view(application_view.describe(bare, {}, STORAGE, NOW))
    assert "requested" in capsys.readouterr().out


def test_a_line_in_a_pipe_is_never_broken(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_table(["name"], [["x" * 500]])
    printing.print_facts({"name": "y" * 500})
    printed = capsys.readouterr().out
    assert "x" * 500 in printed
    assert "y" * 500 in printed
