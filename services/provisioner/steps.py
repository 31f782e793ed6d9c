"""What the provisioner decides. A plain function: what it needs is given to it."""

from services.provisioner.accounts import Facts, account_of
from shared.contracts.events import ApplicationSubmitted, LetterDue
from shared.domain.application import Application
from shared.domain.decision import Decision
from shared.domain.letter import WELCOME, LetterKind
from shared.domain.problem import Problem
from shared.domain.state import State
from shared.domain.trouble import Poison
from shared.messaging.step import Situation
from shared.security.sealing import Sealer


def create_account(event: ApplicationSubmitted, situation: Situation, facts: Facts, storage: Sealer) -> Decision:
    """Creates the account of a submitted application, or refuses it because another was first.

    Where somebody is faster between look-up and transaction, the transaction fails and this is decided again.
    """
    application, now, cause = situation.application, situation.now, event.name()
    if application is None:
        raise Poison("there is no such application")
    if application.state is not State.SUBMITTED:
        return Decision()
    if not facts.importer_exists:
        raise Poison("the importer record is gone")
    if facts.importer_linked or facts.email_taken:
        problem = Problem.IMPORTER_ALREADY_LINKED if facts.importer_linked else Problem.EMAIL_IN_USE
        refused = application.rejected(problem, now, cause)
        return Decision(refused, follow_ups=_due(application, LetterKind.APPLICATION_REFUSED))
    account = account_of(application, storage, now)
    created = application.provisioned(account.number, now, cause)
    return Decision(created, follow_ups=_due(application, *WELCOME), account=account)


def _due(application: Application, *letters: LetterKind) -> tuple[LetterDue, ...]:
    return tuple(LetterDue(application_id=application.id, letter=letter) for letter in letters)
