"""1. A command that the broker confirmed ends in a final state, in a queue, or among the dead letters, with its
reason.
"""

from collections.abc import Iterator

from shared.contracts.state import State
from shared.domain.application import Application
from shared.messaging import topology
from tests.chaos.checks.evidence import Command, Evidence
from tests.chaos.people.ledger import Ledger

GOES_ON = (State.REQUESTED, State.SUBMITTED, State.PROVISIONED)
"""States that a message between workers ends: no application stays in one once no message waits."""

CAN_BE_ABANDONED = (State.REQUESTED, State.AWAITING_CODE, State.VERIFIED)
SERVER_ERRORS = (500, 502)


def nothing_confirmed_is_lost(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each command left a trace, and no application is stuck."""
    for what, count in evidence.waiting.items():
        yield f"{count} never came to rest: {what}"
    dead = {letter.message_id for letter in evidence.dead}
    commands = {command.id: command for command in evidence.commands}
    for command in commands.values():
        application = evidence.applications.get(command.reference)
        if str(command.id) in dead or (application and command.id in application.handled):
            continue
        if lost := _without_trace(command, application):
            yield lost
    buried = {letter.application for letter in evidence.dead}
    for reference in {*ledger.references, *(command.reference for command in commands.values())}:
        application = evidence.applications.get(reference)
        if application and application.state in GOES_ON and str(application.id) not in buried and not evidence.waiting:
            yield f"{reference} is still {application.state}, and no message about it is left"


def _without_trace(command: Command, application: Application | None) -> str | None:
    """What is wrong with a command that neither changed its application nor is among the dead letters."""
    what = f"{command.name} of {command.reference} was confirmed"
    if application is None:
        return f"{what}, and there is no application"
    if command.name == "start-application" and application.state is not State.ABANDONED:
        return f"{what} and left no trace ({application.state})"
    if command.name == "submit-details" and application.state is State.VERIFIED:
        return f"{what}, and it is still verified"
    if command.name == "abandon-application" and application.state in CAN_BE_ABANDONED:
        return f"{what}, and it is still {application.state}"
    return None


def dead_letters_are_kept(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each parked message is among the dead letters with its reason, and its application is marked."""
    dead = {letter.message_id for letter in evidence.dead}
    for letter in evidence.dead:
        if not letter.reason:
            yield f"a dead letter in {letter.queue} says no reason"
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        emails = evidence.recorded.get(reference, {}).values()
        of_emails = {email.parked for email in emails if email.parked}
        for id in of_emails.union(application.parked if application else ()):
            if str(id) not in dead:
                yield f"{reference} is marked as parked, and there is no dead letter"
    if evidence.waiting:
        return  # a parked message may still be on its way
    handled = {str(id) for application in evidence.applications.values() for id in application.handled}
    replayed = {message.id for message in evidence.published if message.exchange == topology.REPLAY}
    given_up = {(message.key, message.id) for message in evidence.published if message.exchange == topology.DEAD}
    accounted_for = dead | handled | replayed
    for queue, message_id in sorted(given_up):
        if message_id not in accounted_for:
            yield f"a dead letter is not in {queue} any more"


def everybody_came_to_an_end(ledger: Ledger, _evidence: Evidence) -> Iterator[str]:
    """Nobody keeps waiting once everything is back, and no page fails because of a bug."""
    for story in ledger.stories:
        if not story.end:
            last = story.told[-1].path if story.told else "nothing"
            yield f"{story.references} waits for ever at {last}"
        for page in story.told:
            if page.status in SERVER_ERRORS:
                yield f"{page.path} answered {page.status}"
