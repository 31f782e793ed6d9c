"""What a gateway learns of a command, and of its application."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from services.intake import steps
from shared.contracts.commands import AskOutcome
from shared.contracts.conversations import FORM
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.replies import ApplicationStatus, StartAccepted
from shared.contracts.sealed import AccountName
from shared.contracts.state import State
from shared.domain.application import Application, Code, Parked
from shared.domain.email import Email, Emails
from shared.domain.handled_result import HandledResult
from shared.domain.history import SESSION_OVER
from shared.security.sealing import name_context
from tests.support.applications import changed
from tests.unit.intake.starting import HOUR, ID, NOW, RECORD, SEALS, START_ID, decide, situation

CODE = EmailKind.VERIFICATION_CODE
NO_EMAILS: Mapping[EmailKind, Email] = {}


class TestTheOutcome:
    def ask(
        self,
        application: Application | None,
        command: UUID = START_ID,
        emails: Mapping[EmailKind, Email] = NO_EMAILS,
        refused: str | None = None,
    ) -> ApplicationStatus:
        question = AskOutcome(application_id=ID, command_id=command)
        decision = steps.ask_outcome(question, situation(application), emails, SEALS, refused)
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
        assert SEALS.commands.find(FORM).open(AccountName, told, context).company_name == RECORD.company_name

    def test_tells_nothing_of_the_account_once_the_session_was_ended(self) -> None:
        created = replace(self.started(), state=State.PROVISIONED, account="A-1")
        assert not self.ask(created).session_over
        told = self.ask(created.note(NOW, SESSION_OVER))
        assert (told.session_over, told.account, told.account_name) == (True, None, None)
        assert not self.ask(created.note(NOW, "email-refused")).session_over

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
        told = self.ask(application, guess)
        assert (told.status, told.reason) == ("parked", "no")
        assert (self.ask(application).status, self.ask(application).reason) == ("known", None)

    def test_of_a_command_that_nobody_could_read_is_parked_with_the_reason(self) -> None:
        for application in (None, self.started()):
            told = self.ask(application, uuid4(), refused="body: not-json")
            assert (told.status, told.reason) == ("parked", "body: not-json")

    def test_of_a_command_that_was_answered_is_the_answer_whatever_was_sent_under_its_id(self) -> None:
        assert self.ask(self.started(), refused="message_id: other-contents").status == "known"

    def test_nobody_looks_for_a_refusal_of_a_command_that_the_application_knows(self) -> None:
        guess = uuid4()
        application = self.started().park_message(Parked(guess, "check-code", "no", NOW))
        known = [steps.is_known(application, id) for id in (START_ID, guess, uuid4())]
        assert known == [True, True, False]
        assert not steps.is_known(None, START_ID)

    def test_of_a_command_whose_follow_up_is_parked_is_parked_while_nothing_goes_on(self) -> None:
        parked = Parked(uuid4(), "application-accepted", "no", NOW)
        assert self.ask(self.started().park_message(parked)).status == "parked"
        going_on = self.started().await_code(Code("mac", NOW, NOW + HOUR), NOW, "test")
        assert self.ask(going_on.park_message(parked)).status == "known"

    def test_of_a_uniform_start_does_not_tell_that_a_code_was_emailed(self) -> None:
        emails = {CODE: Emails(ID).claim(CODE, NOW).by_kind[CODE]}
        application = self.started().await_code(Code("mac", NOW, NOW + HOUR), NOW, "test")
        assert self.ask(application, emails=emails).emails
        assert self.ask(replace(application, uniform=True), emails=emails) == self.ask(
            replace(application, uniform=True)
        )

    def test_tells_tries_times_and_emails_and_nothing_personal(self) -> None:
        code = Code("mac", NOW, NOW + HOUR, tries=2)
        application = self.started().await_code(code, NOW, "test")
        emails = {CODE: Emails(ID).claim(CODE, NOW).by_kind[CODE]}
        outcome = self.ask(application, emails=emails)
        assert (outcome.tries_left, outcome.expires_at) == (3, NOW + HOUR)
        assert outcome.emails == {CODE: EmailStatus.SENDING}
        assert application.request
        assert application.request not in outcome.model_dump_json()
