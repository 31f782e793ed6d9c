"""What the provisioner decides: an account, or a refusal because somebody else was first."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.provisioner import steps
from services.provisioner.accounts import Availability
from services.provisioner.seals import Seals
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import ApplicationSubmitted, EmailDue, EmailRefused, EmailsSent, ResendRequested
from shared.contracts.problem import Problem
from shared.contracts.sealed import DueEmail
from shared.contracts.state import State
from shared.domain.account import derive_number
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.sealed_documents import Applicant, Contact, Details, Particulars
from tests.support import applications
from tests.support.applications import ID, NOW, begun, changed, state
from tests.unit.domain.filled_in import FILLED_IN

STORAGE = Sealer(KeyRing.parse(make_ring()))
SEALS = Seals(STORAGE, Sealer(KeyRing.parse(make_ring())))
FREE = Availability(importer_exists=True)
APPLICANT = Applicant(company_name="acme, incorporated", importer_number="123-45-6789", email="jane@example.com")
CONTACT = Contact(company_name="ACME INC", poc_name="Pat Lee", poc_email="pat@acme.example")
DETAILS = Details(**FILLED_IN, owner_name="Jane Doe", acknowledged_on="11/22/2026")


def submitted() -> Application:
    return applications.submitted(
        STORAGE.seal(DETAILS, f"applications/details/{ID}"),
        importer="importer index",
        email="email index",
        request=STORAGE.seal(APPLICANT, f"applications/request/{ID}"),
        contact=STORAGE.seal(CONTACT, f"applications/contact/{ID}"),
    )


def create(application: Application | None, availability: Availability = FREE) -> Decision:
    situation = Situation(application, uuid4(), "intake", NOW)
    return steps.create_account(ApplicationSubmitted(application_id=ID), situation, availability, SEALS)


def contents(decision: Decision) -> dict[EmailKind, DueEmail]:
    context = name_context(EmailDue.TYPE, "content", ID)
    due = [event for event in decision.follow_ups if isinstance(event, EmailDue)]
    return {event.email: SEALS.emails.open(DueEmail, event.content, context) for event in due}


def emails(decision: Decision) -> list[EmailKind]:
    return [event.email for event in decision.follow_ups if isinstance(event, EmailDue)]


def test_an_account_is_stored_together_with_the_application_that_it_belongs_to() -> None:
    decision = create(submitted())
    assert decision.created
    assert state(decision) is State.PROVISIONED
    assert changed(decision).account == decision.created.number == derive_number(ID)
    assert decision.created.application_id == ID
    assert (decision.created.importer, decision.created.owner) == ("importer index", "email index")


def test_the_accounts_owner_is_sealed_for_the_account() -> None:
    account = create(submitted()).created
    assert account
    for clear in ("ACME INC", "acme, incorporated", "123-45-6789", "jane@", "Jane Doe", "703-555-0100"):
        assert clear not in repr(account)
    context = f"top_accounts/particulars/{account.number}"
    assert STORAGE.open(Particulars, account.particulars, context) == Particulars(
        company_name="ACME INC", applicant=APPLICANT, details=DETAILS
    )


def test_an_account_has_the_name_that_the_record_has() -> None:
    account = create(submitted()).created
    assert account
    context = f"top_accounts/particulars/{account.number}"
    particulars = STORAGE.open(Particulars, account.particulars, context)
    assert (particulars.company_name, particulars.applicant.company_name) == ("ACME INC", "acme, incorporated")


def test_a_new_account_has_three_emails() -> None:
    assert emails(create(submitted())) == [
        EmailKind.IMPORTER_VIEW_CONFIRMED,
        EmailKind.ACCOUNT_READY,
        EmailKind.ACCOUNT_CREATED_NOTICE,
    ]


def test_an_email_brings_what_it_says_sealed_for_the_mailer_only() -> None:
    decision = create(submitted())
    sealed = contents(decision)
    assert {kind: content.recipient for kind, content in sealed.items()} == {
        EmailKind.IMPORTER_VIEW_CONFIRMED: "jane@example.com",
        EmailKind.ACCOUNT_READY: "jane@example.com",
        EmailKind.ACCOUNT_CREATED_NOTICE: "pat@acme.example",
    }
    ready = sealed[EmailKind.ACCOUNT_READY]
    assert (ready.company_name, ready.owner_name, ready.account) == ("ACME INC", "Jane Doe", derive_number(ID))
    assert ready.importer_number == "***-**-6789"
    assert not [clear for clear in ("jane@", "ACME INC", "6789") if clear in repr(decision.follow_ups)]


@pytest.mark.parametrize("state", State)
def test_once_its_emails_are_out_a_provisioned_application_is_complete(state: State) -> None:
    application = replace(submitted(), state=state)
    decision = steps.complete_application(EmailsSent(application_id=ID), Situation(application, uuid4(), "m", NOW))
    if state is State.PROVISIONED:
        assert decision.changed
        assert decision.changed.state is State.COMPLETED
    else:
        assert decision == Decision()


def test_a_refused_email_is_noted_in_the_history() -> None:
    event = EmailRefused(application_id=ID, email=EmailKind.ACCOUNT_READY, attempt=1)
    decision = steps.note_refusal(event, Situation(submitted(), uuid4(), "m", NOW))
    assert decision.changed
    assert decision.changed.state is State.SUBMITTED
    assert decision.changed.history[-1].cause == "email-refused (account-ready)"


def test_a_mailer_that_reports_refusals_without_end_makes_no_history_without_end() -> None:
    application = submitted()
    for attempt in range(1, 100):
        event = EmailRefused(application_id=ID, email=EmailKind.ACCOUNT_READY, attempt=attempt)
        application = steps.note_refusal(event, Situation(application, uuid4(), "m", NOW)).changed or application
    assert len(application.history) < 20


@pytest.mark.parametrize(
    ("availability", "problem"),
    [
        (Availability(importer_exists=True, importer_linked=True), Problem.IMPORTER_ALREADY_LINKED),
        (Availability(importer_exists=True, email_taken=True), Problem.EMAIL_IN_USE),
        (Availability(importer_exists=True, importer_linked=True, email_taken=True), Problem.IMPORTER_ALREADY_LINKED),
    ],
)
def test_if_somebody_else_was_first_it_is_refused_by_email(availability: Availability, problem: Problem) -> None:
    decision = create(submitted(), availability)
    assert state(decision) is State.REJECTED
    assert changed(decision).problem is problem
    assert decision.created is None
    assert emails(decision) == [EmailKind.APPLICATION_REFUSED]
    refused = contents(decision)[EmailKind.APPLICATION_REFUSED]
    assert (refused.problem, refused.account) == (problem, None)


def test_an_earlier_success_of_ones_own_is_not_mistaken_for_a_rivals() -> None:
    created = create(submitted()).changed
    linked_by_itself = Availability(importer_exists=True, importer_linked=True, email_taken=True)
    assert create(created, linked_by_itself) == Decision()


@pytest.mark.parametrize("availability", [FREE, Availability(importer_exists=True, importer_linked=True)])
def test_an_application_that_is_not_submitted_gets_nothing(availability: Availability) -> None:
    assert create(begun(), availability) == Decision()
    assert create(begun().move_to(State.ABANDONED, NOW, "test"), availability) == Decision()


def test_an_account_number_is_always_the_same_for_an_application_and_never_for_two() -> None:
    numbers = {derive_number(UUID(int=number)) for number in range(2000)}
    assert len(numbers) == 2000
    assert derive_number(ID) == derive_number(ID)


@pytest.mark.parametrize(
    ("application", "availability"),
    [
        (None, FREE),
        (submitted(), Availability(importer_exists=False)),
        (replace(submitted(), request=None), FREE),
        (replace(submitted(), contact=None), FREE),
        (replace(submitted(), details=None), FREE),
        (replace(submitted(), importer=None), FREE),
        (replace(submitted(), email=None), FREE),
        (replace(submitted(), details=submitted().request), FREE),
    ],
    ids=["none", "record gone", "no request", "no contact", "no details", "no importer", "no email", "other seal"],
)
def test_what_can_never_become_an_account_is_a_dead_letter_that_quotes_nothing(
    application: Application | None, availability: Availability
) -> None:
    with pytest.raises(PermanentFailure) as failure:
        create(application, availability)
    assert "acme" not in failure.value.reason.lower()


def resend(application: Application | None, kind: EmailKind) -> Decision:
    request = ResendRequested(application_id=ID, email=kind, resend=2)
    return steps.resend_email(request, Situation(application, uuid4(), "operator", NOW), SEALS)


@pytest.mark.parametrize("is_completed", [False, True])
def test_an_email_is_due_once_more_with_the_same_content_and_the_history_says_so(is_completed: bool) -> None:
    created = changed(first := create(submitted()))
    application = created.move_to(State.COMPLETED, NOW, "emails-sent") if is_completed else created
    decision = resend(application, EmailKind.ACCOUNT_CREATED_NOTICE)
    [due] = decision.follow_ups
    assert isinstance(due, EmailDue)
    assert (due.email, due.resend) == (EmailKind.ACCOUNT_CREATED_NOTICE, 2)
    assert contents(decision)[due.email] == contents(first)[due.email]
    assert changed(decision).state is application.state
    assert changed(decision).history[-1].cause == "resend-requested (account-created-notice)"


def test_a_refusal_at_the_end_can_be_told_once_more() -> None:
    refused = changed(create(submitted(), replace(FREE, importer_linked=True)))
    assert emails(resend(refused, EmailKind.APPLICATION_REFUSED)) == [EmailKind.APPLICATION_REFUSED]


@pytest.mark.parametrize(
    ("application", "kind"),
    [
        (None, EmailKind.ACCOUNT_READY),
        (submitted(), EmailKind.ACCOUNT_READY),
        (changed(create(submitted())), EmailKind.APPLICATION_REFUSED),
        (changed(create(submitted())), EmailKind.VERIFICATION_CODE),
        (applications.awaiting(), EmailKind.VERIFICATION_CODE),
    ],
)
def test_an_email_that_is_not_due_is_not_sent_again(application: Application | None, kind: EmailKind) -> None:
    with pytest.raises(PermanentFailure):
        resend(application, kind)
