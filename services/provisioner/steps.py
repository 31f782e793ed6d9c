"""What the provisioner decides. Plain functions: everything they need is an argument."""

from services.provisioner.accounts import Availability, build_account
from services.provisioner.seals import Seals
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import ApplicationSubmitted, EmailRefused, EmailsSent, ResendRequested
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.decision import Decision, Situation
from shared.domain.email import WELCOME, list_due
from shared.domain.errors import PermanentFailure


def create_account(
    event: ApplicationSubmitted, situation: Situation, availability: Availability, seals: Seals
) -> Decision:
    """Creates the account of a submitted application, or refuses it because another was first.

    If another application wins between look-up and transaction, the transaction fails and this runs again.
    """
    application, now, cause = situation.stored, situation.now, event.name()
    if application is None:
        raise PermanentFailure("there is no such application")
    if application.state is not State.SUBMITTED:
        return Decision()
    if not availability.importer_exists:
        raise PermanentFailure("the importer record is gone")
    if availability.importer_linked or availability.email_taken:
        problem = Problem.IMPORTER_ALREADY_LINKED if availability.importer_linked else Problem.EMAIL_IN_USE
        refused = application.reject(problem, now, cause)
        return Decision(refused, follow_ups=seals.list_due(refused, now, EmailKind.APPLICATION_REFUSED))
    account = build_account(application, seals.storage, now)
    created = application.provision(account.number, now, cause)
    return Decision(created, follow_ups=seals.list_due(created, now, *WELCOME), created=account)


def resend_email(event: ResendRequested, situation: Situation, seals: Seals) -> Decision:
    """Makes an email due once more, as a message of its own, and notes that in the history."""
    application, now = situation.stored, situation.now
    if application is None:
        raise PermanentFailure("there is no such application")
    if application.state is State.AWAITING_CODE or event.email not in list_due(application):
        raise PermanentFailure(f"an application that is {application.state} has no such email to resend")
    noted = application.note(now, f"{event.name()} ({event.email})")
    return Decision(noted, follow_ups=seals.list_due(noted, now, event.email, resend=event.resend))


def complete_application(event: EmailsSent, situation: Situation) -> Decision:
    """Completes an application whose requester has both emails. A second one changes nothing."""
    application = situation.stored
    if application is None:
        raise PermanentFailure("there is no such application")
    if application.state is not State.PROVISIONED:
        return Decision()
    return Decision(application.move_to(State.COMPLETED, situation.now, event.name()))


MOST_REFUSALS = 10
"""How many refusals of an email the history keeps: more than operators' replays cause."""


def note_refusal(event: EmailRefused, situation: Situation) -> Decision:
    """Notes in the history that an email's recipient was refused."""
    application = situation.stored
    if application is None:
        raise PermanentFailure("there is no such application")
    cause = f"{event.name()} ({event.email})"
    if [entry.cause for entry in application.history].count(cause) >= MOST_REFUSALS:
        return Decision()
    return Decision(application.note(situation.now, cause))
