"""What intake decides, and the order of its validations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

import pytest

from services.intake import steps
from services.intake.checks import CheckResult, Checks
from services.intake.seals import Seals
from shared.contracts.commands import AskOutcome, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ApplicationAccepted, ApplicationSubmitted
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, DetailsTaken, Refused, StartAccepted
from shared.contracts.sealed import AccountName, AccountRequest, AddressHint, Grant, TypedDetails
from shared.contracts.state import State
from shared.domain.application import Application, Code, Parked
from shared.domain.decision import Decision, Situation
from shared.domain.email import Email, Emails
from shared.domain.errors import PermanentFailure
from shared.domain.handled_result import HandledResult
from shared.domain.limit import CODES, FAILED_MATCHES
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import Applicant, Contact, Details, ImporterRecord
from tests.support import gateway
from tests.support.applications import begun, changed, state

NOW = datetime.fromisoformat("2026-11-22T03:30:00+00:00")  # still the 21st in US Eastern time
TICK = timedelta(milliseconds=1)
HOUR = timedelta(hours=1)
TOKEN = "token"
START_ID = uuid4()
ID = uuid5(START_ID, "application")

SEALS = Seals(commands=Sealer(KeyRing.parse(make_ring())), storage=Sealer(KeyRing.parse(make_ring())))
GRANTS = Fingerprints(KeyRing.parse(make_ring()))
INDEX = BlindIndex(KeyRing.parse(make_ring()))

REQUEST = AccountRequest(company_name="Acme Inc", importer_number="123-45-6789", email="Jane@Example.com")
RECORD = ImporterRecord(
    importer_number="123-45-6789", company_name="ACME INCORPORATED", poc_name="Pat Poe", poc_email="Pat@Example.com"
)
APPLICANT = Applicant(company_name="Acme Inc", importer_number="123-45-6789", email="Jane@example.com")
CONTACT = Contact(company_name="ACME INCORPORATED", poc_name="Pat Poe", poc_email="Pat@example.com")
FOUND = CheckResult(importer="importer", email="email", applicant=APPLICANT, contact=CONTACT)
DETAILS = gateway.DETAILS.model_copy(update={"country": "united states", "state": "calif."})


def start(request: AccountRequest = REQUEST, taken_at: datetime = NOW) -> StartApplication:
    sealed = SEALS.commands.seal(request, name_context(StartApplication.TYPE, "request", ID))
    return StartApplication(application_id=ID, taken_at=taken_at, request=sealed)


def situation(application: Application | None = None, now: datetime = NOW, id: UUID = START_ID) -> Situation:
    return Situation(application, id, "gateway", now)


def decide(findings: CheckResult = FOUND, application: Application | None = None) -> Decision:
    return steps.start_application(start(), situation(application), findings, SEALS)


class TestAStart:
    def test_one_that_passes_the_validations_is_accepted_and_a_code_is_asked_for(self) -> None:
        decision = decide()
        assert state(decision) is State.REQUESTED
        assert changed(decision).gateway == "gateway"
        assert isinstance(decision.reply, StartAccepted)
        assert decision.reply.reference == changed(decision).reference
        assert decision.follow_ups == (ApplicationAccepted(application_id=ID, taken_at=NOW),)

    def test_what_is_kept_is_sealed_and_opens_in_its_place_only(self) -> None:
        application = changed(decide())
        for clear in ("Acme Inc", "ACME INC", "123-45-6789", "jane@", "pat@", "Pat Poe"):
            assert clear not in repr(application)
        assert application.request
        assert application.contact
        context = f"applications/request/{ID}"
        assert SEALS.storage.open(Applicant, application.request, context) == APPLICANT
        context = f"applications/contact/{ID}"
        assert SEALS.storage.open(Contact, application.contact, context) == CONTACT

    def test_one_that_is_accepted_tells_its_gateway_alone_the_masked_address_of_the_point_of_contact(self) -> None:
        reply = decide().reply
        assert isinstance(reply, StartAccepted)
        assert reply.sent_to
        assert b"p***" not in reply.body()
        opened = SEALS.commands.open(AddressHint, reply.sent_to, name_context(StartAccepted.TYPE, "sent_to", ID))
        assert opened.address == "P***@e***.com"

    def test_one_that_fails_a_validation_is_rejected_with_its_problem(self) -> None:
        decision = decide(CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR))
        application = changed(decision)
        assert application.state is State.REJECTED
        assert application.problem is Problem.TOO_MANY_REQUESTS
        assert application.request is None
        assert decision.reply == Refused(application_id=ID, problem=Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR)
        assert decision.follow_ups == ()

    def test_an_application_id_that_its_own_id_does_not_lead_to_is_a_dead_letter(self) -> None:
        with pytest.raises(PermanentFailure):
            steps.start_application(start(), situation(id=uuid4()), FOUND, SEALS)

    def test_the_time_it_was_taken_is_never_in_the_future(self) -> None:
        decision = steps.start_application(start(taken_at=NOW + HOUR), situation(), FOUND, SEALS)
        assert changed(decision).taken_at == NOW
        assert decision.follow_ups == (ApplicationAccepted(application_id=ID, taken_at=NOW),)

    def test_another_start_of_an_application_changes_nothing(self) -> None:
        application = changed(decide())
        again = decide(CheckResult(), application)
        assert again == Decision(reply=StartAccepted(application_id=ID, reference=application.reference))

    def test_another_start_of_a_rejected_application_is_refused_alike(self) -> None:
        rejected = decide(CheckResult(Problem.EMAIL_IN_USE)).changed
        assert decide(CheckResult(), rejected) == Decision(
            reply=Refused(application_id=ID, problem=Problem.EMAIL_IN_USE)
        )

    @pytest.mark.parametrize("left", [State.ABANDONED, State.EXPIRED])
    def test_one_that_meets_its_tombstone_stays_dead(self, left: State) -> None:
        decision = decide(FOUND, begun(ID, NOW).move_to(left, NOW, "abandon-application"))
        assert decision == Decision(reply=Refused(application_id=ID, problem=Problem.SESSION_OVER))

    def test_one_that_was_parked_starts_over_on_its_placeholder(self) -> None:
        parked = Parked(START_ID, "start-application", "it does not open", NOW)
        placeholder = replace(begun(ID, NOW).park_message(parked), version=1)
        assert placeholder.is_placeholder
        decision = decide(FOUND, placeholder)
        application = changed(decision)
        assert application.version == 1
        assert not application.is_placeholder
        assert isinstance(decision.reply, StartAccepted)
        assert application.remember(START_ID, HandledResult(NOW)).parked == {}
        assert application.remember(uuid4(), HandledResult(NOW)).parked == {START_ID: parked}


class Places:
    """Grants every place, or none."""

    def __init__(self, full: dict[str, datetime]) -> None:
        self.full = full
        self.taken: list[tuple[str, UUID, Any]] = []

    async def find_next_free(self, key: str, limits: Any, now: datetime) -> datetime | None:
        assert limits == FAILED_MATCHES
        return self.full.get(key.partition(":")[0])

    async def take(self, key: str, id: UUID, limits: Any, now: datetime) -> datetime | None:
        self.taken.append((key.partition(":")[0], id, limits))
        return self.full.get("taking " + key.partition(":")[0])


class Registry:
    """In-memory data for the validations' lookups."""

    def __init__(self, record: ImporterRecord | None = RECORD, **stored: Any) -> None:
        self.id = INDEX.compute("importer", "123-45-6789")
        self.users: set[str] = set()
        self.stored: StoredImporter | None = None
        self.places = Places({})
        if record:
            sealed = SEALS.storage.seal(record, f"importers/record/{self.id}")
            self.stored = StoredImporter(self.id, sealed, **{"active": True, "top_account": None, **stored})

    async def look_up(self, request: AccountRequest = REQUEST, application: Application | None = None) -> CheckResult:
        async def exists(email: str) -> bool:
            return email in self.users

        async def find(id: str) -> StoredImporter | None:
            return self.stored if id == self.id else None

        checks = Checks(
            SEALS,
            INDEX,
            portal_users=cast("Any", SimpleNamespace(exists=exists)),
            importers=cast("Any", SimpleNamespace(find=find)),
            limits=cast("Any", self.places),
        )
        return await checks.look_up(start(request), situation(application))


class TestTheValidations:
    async def test_a_request_that_passes_is_found_with_all_that_is_kept_of_it(self) -> None:
        found = await Registry().look_up()
        assert found == CheckResult(
            importer=INDEX.compute("importer", "123-45-6789"),
            email=INDEX.compute("email", "jane@example.com"),
            applicant=APPLICANT,
            contact=CONTACT,
        )

    async def test_an_address_that_has_a_portal_user_is_told_last_whatever_its_case(self) -> None:
        for registry, problem in (
            (Registry(), Problem.EMAIL_IN_USE),
            (Registry(None), Problem.IMPORTER_NOT_MATCHED),
            (Registry(RECORD.model_copy(update={"poc_email": ""})), Problem.POC_EMAIL_MISSING),
            (Registry(top_account="A-1"), Problem.IMPORTER_ALREADY_LINKED),
        ):
            registry.users.add(INDEX.compute("email", "jane@example.com"))
            assert (await registry.look_up()).problem is problem

    @pytest.mark.parametrize(
        "registry",
        [
            Registry(None),
            Registry(active=False),
            Registry(RECORD.model_copy(update={"company_name": "Acme LLC", "poc_email": ""}), top_account="A-1"),
        ],
        ids=["no such number", "not active", "another name"],
    )
    async def test_a_pair_that_does_not_match_is_refused_alike_whichever_was_wrong(self, registry: Registry) -> None:
        assert await registry.look_up() == CheckResult(Problem.IMPORTER_NOT_MATCHED)
        assert registry.places.taken == [("failed-matches", START_ID, FAILED_MATCHES)]

    @pytest.mark.parametrize("address", ["", "pat", "pat@", "n/a"])
    async def test_a_record_without_a_valid_contact_address_comes_before_one_that_is_linked(self, address: str) -> None:
        registry = Registry(RECORD.model_copy(update={"poc_email": address}), top_account="A-1")
        assert (await registry.look_up()).problem is Problem.POC_EMAIL_MISSING

    async def test_a_record_that_is_linked_is_refused(self) -> None:
        registry = Registry(top_account="A-1")
        assert (await registry.look_up()).problem is Problem.IMPORTER_ALREADY_LINKED
        assert registry.places.taken == []

    async def test_a_code_is_counted_only_for_a_request_that_passes(self) -> None:
        registry = Registry()
        await registry.look_up()
        assert registry.places.taken == [("codes", START_ID, CODES)]

    @pytest.mark.parametrize("full", ["failed-matches", "taking codes"])
    async def test_over_a_limit_it_is_told_when_to_come_back(self, full: str) -> None:
        registry = Registry()
        registry.places.full[full] = NOW + HOUR
        assert await registry.look_up() == CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR)

    async def test_the_failure_that_is_one_too_many_does_not_tell_whether_it_matched(self) -> None:
        registry = Registry(None)
        registry.places.full["taking failed-matches"] = NOW + HOUR
        assert await registry.look_up() == CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR)

    async def test_what_another_gateway_let_through_is_refused_field_by_field(self) -> None:
        found = await Registry().look_up(AccountRequest(company_name="...", importer_number="123456789", email="jane"))
        assert found == CheckResult(
            Problem.FIELD_INVALID,
            fields={"company_name": "malformed", "importer_number": "ambiguous", "email": "malformed"},
        )

    async def test_for_an_application_that_was_decided_nothing_is_looked_up_or_counted(self) -> None:
        registry = Registry()
        registry.users.add(INDEX.compute("email", "jane@example.com"))
        assert await registry.look_up(application=decide().changed) == CheckResult()
        assert registry.places.taken == []


def verified(token: str = TOKEN, verified_at: datetime = NOW) -> Application:
    code = Code("mac", verified_at, verified_at + timedelta(minutes=10))
    return (
        changed(decide())
        .await_code(code, verified_at, "test")
        .verify(GRANTS.compute(str(ID), token), verified_at, verified_at, "test")
    )


def submit(
    application: Application | None,
    *,
    token: str = TOKEN,
    details: TypedDetails = DETAILS,
    taken_at: datetime = NOW,
    now: datetime = NOW,
) -> Decision:
    command = SubmitDetails(
        application_id=ID,
        taken_at=taken_at,
        grant=SEALS.commands.seal(Grant(token=token), name_context(SubmitDetails.TYPE, "grant", ID)),
        details=SEALS.commands.seal(details, name_context(SubmitDetails.TYPE, "details", ID)),
    )
    return steps.submit_details(command, situation(application, now, uuid4()), SEALS, GRANTS)


def details_in(application: Application) -> Details:
    assert application.details
    return SEALS.storage.open(Details, application.details, f"applications/details/{ID}")


OVER = Decision(reply=Refused(application_id=ID, problem=Problem.SESSION_OVER))


class TestDetails:
    def test_with_the_right_grant_they_are_taken_sealed_and_the_account_is_asked_for(self) -> None:
        decision = submit(verified())
        assert decision.reply == DetailsTaken(application_id=ID)
        assert decision.follow_ups == (ApplicationSubmitted(application_id=ID),)
        application = changed(decision)
        assert application.state is State.SUBMITTED
        assert application.grant is None
        assert DETAILS.telephone not in repr(application)
        kept = details_in(application)
        assert (kept.country, kept.state, kept.owner_name) == ("US", "CA", "Ada Lovelace")

    def test_the_acknowledgment_is_dated_by_the_day_in_us_eastern_time(self) -> None:
        decision = submit(verified(), taken_at=NOW, now=NOW + 2 * HOUR)
        assert details_in(changed(decision)).acknowledged_on == "11/21/2026"

    @pytest.mark.parametrize("token", ["", "another", "Token"])
    def test_another_grant_is_session_over_and_spends_nothing(self, token: str) -> None:
        assert submit(verified(), token=token) == OVER

    def test_a_grant_works_once(self) -> None:
        assert submit(submit(verified()).changed) == OVER

    def test_a_grant_of_another_application_does_not_work(self) -> None:
        application = replace(verified(), grant=GRANTS.compute(str(uuid4()), "token"))
        assert submit(application) == OVER

    @pytest.mark.parametrize("application", [None, decide().changed], ids=["none", "requested"])
    def test_before_the_right_code_nothing_is_taken(self, application: Application | None) -> None:
        assert submit(application) == OVER

    def test_a_broken_rule_is_reported_and_the_grant_stays_valid(self) -> None:
        application = verified()
        decision = submit(application, details=DETAILS.model_copy(update={"city": "", "postal_code": "N/A"}))
        broken = {"city": "missing", "postal_code": "needed"}
        assert decision == Decision(reply=Refused(application_id=ID, problem=Problem.FIELD_INVALID, fields=broken))
        assert isinstance(submit(application).reply, DetailsTaken)

    def test_without_the_authorization_nothing_is_taken(self) -> None:
        decision = submit(verified(), details=DETAILS.model_copy(update={"authorized": False}))
        assert decision.changed is None
        assert decision.reply == Refused(
            application_id=ID, problem=Problem.FIELD_INVALID, fields={"authorized": "missing"}
        )

    @pytest.mark.parametrize(
        ("taken", "now", "in_time"),
        [
            (6 * HOUR - TICK, 6 * HOUR - TICK, True),
            (6 * HOUR - TICK, 30 * HOUR, True),
            (6 * HOUR, 6 * HOUR, False),
            (-HOUR, 7 * HOUR, True),
            (30 * HOUR, HOUR, True),
        ],
    )
    def test_six_hours_after_the_code_it_is_over_by_when_they_were_sent(
        self, taken: timedelta, now: timedelta, in_time: bool
    ) -> None:
        decision = submit(verified(), taken_at=NOW + taken, now=NOW + now)
        assert state(decision) is (State.SUBMITTED if in_time else State.EXPIRED)
        assert isinstance(decision.reply, DetailsTaken) == in_time

    def test_details_that_do_not_open_are_a_dead_letter_that_quotes_nothing(self) -> None:
        command = SubmitDetails(application_id=ID, taken_at=NOW, grant="k1." + "A" * 60, details=f"k1.{'A' * 60}")
        with pytest.raises(PermanentFailure, match=r"^grant does not open"):
            steps.submit_details(command, situation(verified(), id=uuid4()), SEALS, GRANTS)


NO_EMAILS: Mapping[EmailKind, Email] = {}


class TestTheOutcome:
    def ask(
        self, application: Application | None, command: UUID = START_ID, emails: Mapping[EmailKind, Email] = NO_EMAILS
    ) -> ApplicationStatus:
        question = AskOutcome(application_id=ID, command_id=command)
        decision = steps.ask_outcome(question, situation(application), emails, SEALS)
        assert decision.changed is None
        assert isinstance(decision.reply, ApplicationStatus)
        return decision.reply

    def started(self) -> Application:
        decision = decide()
        return changed(decision).remember(START_ID, HandledResult(NOW, decision.reply, decision.follow_ups))

    def test_of_an_application_that_is_not_there_yet_is_pending(self) -> None:
        assert self.ask(None) == ApplicationStatus(application_id=ID, status="pending")

    def test_names_the_account_as_the_record_does_once_there_is_one_and_not_before(self) -> None:
        assert self.ask(self.started()).account_name is None
        told = self.ask(replace(self.started(), account="A-1")).account_name
        assert told
        context = name_context(ApplicationStatus.TYPE, "account_name", ID)
        assert SEALS.commands.open(AccountName, told, context).company_name == RECORD.company_name

    def test_of_a_command_that_was_not_decided_yet_is_pending(self) -> None:
        assert self.ask(self.started(), uuid4()).status == "pending"

    def test_of_a_decided_command_is_the_reply_that_was_given(self) -> None:
        outcome = self.ask(self.started())
        assert outcome.status == "known"
        assert outcome.state is State.REQUESTED
        assert outcome.reply
        assert StartAccepted.model_validate_json(outcome.reply.body).application_id == ID
        assert outcome.reply.type == StartAccepted.TYPE

    def test_of_a_parked_command_is_parked_and_of_another_is_not(self) -> None:
        guess = uuid4()
        awaiting = self.started().await_code(Code("mac", NOW, NOW + HOUR), NOW, "test")
        application = awaiting.park_message(Parked(guess, "check-code", "no", NOW))
        assert self.ask(application, guess).status == "parked"
        assert self.ask(application).status == "known"

    def test_of_a_command_whose_follow_up_is_parked_is_parked_while_nothing_goes_on(self) -> None:
        parked = Parked(uuid4(), "application-accepted", "no", NOW)
        assert self.ask(self.started().park_message(parked)).status == "parked"
        going_on = self.started().await_code(Code("mac", NOW, NOW + HOUR), NOW, "test")
        assert self.ask(going_on.park_message(parked)).status == "known"

    def test_tells_tries_times_and_emails_and_nothing_personal(self) -> None:
        code = Code("mac", NOW, NOW + HOUR, tries=2)
        application = self.started().await_code(code, NOW, "test")
        emails = Emails(ID).claim(EmailKind.VERIFICATION_CODE, NOW).by_kind
        outcome = self.ask(application, emails=emails)
        assert (outcome.tries_left, outcome.expires_at) == (3, NOW + HOUR)
        assert outcome.emails == {EmailKind.VERIFICATION_CODE: EmailStatus.SENDING}
        assert application.request
        assert application.request not in outcome.model_dump_json()
