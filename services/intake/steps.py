"""What intake decides. Plain functions: everything they need is an argument."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from uuid import UUID

from services.intake.checks import CheckResult
from services.intake.seals import Seals
from shared.clock import EASTERN
from shared.contracts.breach import Breach
from shared.contracts.commands import AskOutcome, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ApplicationAccepted, ApplicationSubmitted
from shared.contracts.ids import derive_application_id
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, DetailsTaken, RecordedReply, Refused, StartAccepted
from shared.contracts.sealed import AccountName, AddressHint, Grant, TypedDetails
from shared.contracts.state import State
from shared.domain.application import TO_SUBMIT, Application
from shared.domain.decision import Decision, Situation
from shared.domain.email import Email
from shared.domain.errors import ContractBroken, InvalidFields
from shared.domain.fields import email_address
from shared.domain.form.submission import read_submission
from shared.domain.lateness import clamp_entry_time
from shared.security.fingerprints import Fingerprints
from shared.storage.sealed_documents import CONTACT, DETAILS, REQUEST, Details

POSTPONED = frozenset({Problem.VERIFICATION_NEEDED, Problem.TOO_MANY_REQUESTS})
"""Problems that pass: nothing is stored, and the same command may come again."""


def start_application(command: StartApplication, situation: Situation, findings: CheckResult, seals: Seals) -> Decision:
    """Begins an application, or refuses it because of the first validation that failed.

    Raises:
        ContractBroken: the application id is not derived from the command's id.

    """
    if command.application_id != derive_application_id(situation.message_id):
        raise ContractBroken({"application_id": Breach.NOT_DERIVED})
    known = situation.stored
    if known and not known.is_placeholder:
        return Decision(reply=_answer_repeat(known))
    begun = known or Application.begin(
        command.application_id,
        gateway=situation.user,
        taken_at=clamp_entry_time(command.taken_at, situation.arrived_at),
        now=situation.now,
        cause=command.name(),
    )
    if findings.problem or findings.applicant is None:
        problem = findings.problem or Problem.UNAVAILABLE
        refusal = Refused(
            application_id=begun.id,
            problem=problem,
            retry_at=findings.retry_at,
            ticket=findings.ticket,
            fields=findings.fields,
        )
        if problem in POSTPONED:
            return Decision(reply=refusal)
        return Decision(begun.reject(problem, situation.now, command.name()), reply=refusal)
    accepted = replace(
        begun,
        uniform=findings.uniform,
        importer=findings.importer,
        email=findings.email,
        request=seals.seal_stored(REQUEST, findings.applicant, begun.id),
        contact=seals.seal_stored(CONTACT, findings.contact, begun.id) if findings.contact else None,
    )
    return Decision(
        accepted,
        reply=StartAccepted(
            application_id=begun.id,
            reference=begun.reference,
            sent_to=_hint_at_contact(begun, findings, seals),
            uniform=findings.uniform,
        ),
        follow_ups=(ApplicationAccepted(application_id=begun.id, taken_at=begun.taken_at),),
    )


def _hint_at_contact(begun: Application, findings: CheckResult, seals: Seals) -> str | None:
    """Where the code goes, masked and sealed; nothing in an answer that does not tell whether there is a record."""
    if findings.uniform or findings.contact is None:
        return None
    hint = AddressHint(address=email_address.make_hint(findings.contact.poc_email))
    return seals.seal_reply(hint, StartAccepted, "sent_to", begun)


def _answer_repeat(application: Application) -> StartAccepted | Refused:
    """The answer to a repeated start: where the application stands."""
    if application.state is State.REJECTED and application.problem:
        return Refused(application_id=application.id, problem=application.problem)
    if application.state in (State.ABANDONED, State.EXPIRED, State.LOCKED):
        return Refused(application_id=application.id, problem=Problem.SESSION_OVER)
    return StartAccepted(application_id=application.id, reference=application.reference, uniform=application.uniform)


def submit_details(command: SubmitDetails, situation: Situation, seals: Seals, grants: Fingerprints) -> Decision:
    """Accepts the details of a verified application from whoever holds the grant for the right code."""
    application, id = situation.stored, command.application_id
    over = Decision(reply=Refused(application_id=id, problem=Problem.SESSION_OVER))
    now, cause = situation.now, command.name()
    if application is None or not application.is_in(State.VERIFIED, now) or application.verified_at is None:
        return over
    grant = seals.open_command(command, "grant", Grant, situation.user).token
    if application.grant is None or not grants.matches(application.grant, str(id), grant):
        return over
    entered = clamp_entry_time(command.taken_at, situation.arrived_at, application.verified_at)
    ends_at = application.verified_at + TO_SUBMIT
    if entered >= ends_at:
        ours = Problem.DELAYED if command.taken_at < ends_at else None  # the gateway took them in time
        expired = application.expire(now, cause, ours)
        reply = Refused(application_id=id, problem=ours or Problem.SESSION_OVER)
        return Decision(expired if expired != application else None, reply=reply)
    typed = seals.open_command(command, "details", TypedDetails, situation.user)
    try:
        details, wording = read_submission(typed)
    except InvalidFields as error:
        return Decision(reply=Refused(application_id=id, problem=Problem.FIELD_INVALID, fields=error.rules))
    day = entered.astimezone(EASTERN).strftime("%m/%d/%Y")
    content = Details(**vars(details), owner_name=details.owner_name, acknowledged_on=day, authorization=wording)
    return Decision(
        application.submit(seals.seal_stored(DETAILS, content, id), now, cause),
        reply=DetailsTaken(application_id=id),
        follow_ups=(ApplicationSubmitted(application_id=id),),
    )


ENDED_BY = {
    State.REQUESTED: ApplicationAccepted.name(),
    State.SUBMITTED: ApplicationSubmitted.name(),
}
"""The message between workers that ends each state. If it is parked, the application is stuck.

A parked code email is reported with the emails instead: the code can still be entered once it arrives.
"""


def ask_outcome(
    question: AskOutcome,
    situation: Situation,
    emails: Mapping[EmailKind, Email],
    seals: Seals,
    refused: str | None = None,
) -> Decision:
    """Answers what became of a command, and how its application stands. Changes nothing.

    `refused`: why nobody could read the command.
    """
    application, id = situation.stored, question.application_id
    if application is None:
        status: Literal["parked", "pending"] = "parked" if refused else "pending"
        return Decision(reply=ApplicationStatus(application_id=id, status=status, reason=refused))
    handled = application.handled.get(question.command_id)
    known = bool(handled and handled.reply)
    reason = _find_dead_end(application, question.command_id) or (None if known else refused)
    reply = handled.reply if handled else None
    return Decision(
        reply=ApplicationStatus(
            application_id=id,
            status="parked" if reason else "known" if known else "pending",
            reason=reason,
            reply=RecordedReply(type=reply.TYPE, body=reply.body().decode()) if reply else None,
            state=application.state,
            problem=application.problem,
            expires_at=application.code.expires_at if application.code else None,
            tries_left=application.tries_left if application.code else None,
            emails=_tell_emails(application, emails),
            account=None if application.is_session_over else application.account,
            session_over=application.is_session_over,
            account_name=_seal_account_name(application, seals),
        )
    )


def _find_dead_end(application: Application, command_id: UUID) -> str | None:
    """Why a command, or what has to come next, is among the dead letters; None if they are not."""
    own = application.parked.get(command_id)
    handled = application.handled.get(command_id)
    ending = ENDED_BY.get(application.state)
    following = next((one for one in application.parked.values() if one.message == ending), None)
    found = following or (None if handled and handled.reply else own)
    return found.reason if found else None


def is_known(application: Application | None, command_id: UUID) -> bool:
    """Whether an application itself says what became of a command."""
    return application is not None and (command_id in application.handled or command_id in application.parked)


def _tell_emails(application: Application, emails: Mapping[EmailKind, Email]) -> dict[EmailKind, EmailStatus]:
    """The emails' statuses; the code email's only if the answer to the start said that there is a record."""
    hidden = EmailKind.VERIFICATION_CODE if application.uniform else None
    return {kind: email.status for kind, email in emails.items() if kind is not hidden}


def _seal_account_name(application: Application, seals: Seals) -> str | None:
    """The name in the importer record. Sent along with the account, so only to people who entered the code."""
    if application.account is None or application.contact is None or application.is_session_over:
        return None
    name = seals.open_stored(CONTACT, application.contact, application.id).company_name
    return seals.seal_reply(AccountName(company_name=name), ApplicationStatus, "account_name", application)
