"""What the provisioner decides. A plain function: everything it needs is an argument."""

from services.provisioner.accounts import Availability, build_account
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import ApplicationSubmitted, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.domain.email import WELCOME
from shared.domain.errors import PermanentFailure
from shared.security.sealing import Sealer


def create_account(
    event: ApplicationSubmitted, situation: Situation, availability: Availability, storage: Sealer
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
        return Decision(refused, follow_ups=_due(application, EmailKind.APPLICATION_REFUSED))
    account = build_account(application, storage, now)
    created = application.provision(account.number, now, cause)
    return Decision(created, follow_ups=_due(application, *WELCOME), created=account)


def _due(application: Application, *emails: EmailKind) -> tuple[EmailDue, ...]:
    return tuple(EmailDue(application_id=application.id, email=email) for email in emails)
