"""Sends the pending command and asks for its outcome, until the person can go on or time is up."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

import structlog

from services.gateway.journey import transitions
from services.gateway.journey.broker import Broker
from services.gateway.journey.commands import CannotBuild, Commands
from services.gateway.journey.pace import ASKED_AT, Pace, count_pause
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from shared.contracts.commands import AbandonApplication, AskOutcome
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused
from shared.domain.application import TO_ISSUE, TO_SUBMIT
from shared.domain.email import WELCOME
from shared.observability import metrics

log = structlog.get_logger()

COURTESY = 1.0
"""Seconds that a person who goes back or starts over waits for the old request to be closed; also for emails."""

VOUCHED = timedelta(seconds=10)
"""Time after the right code in which the workers are not asked again about the session."""

NEWS = timedelta(seconds=1)
"""Time in which an answer is news: the page that a redirect leads to does not ask again."""

KNOWN = frozenset(EmailStatus) - {EmailStatus.SENDING}
"""The statuses of an email whose outcome is known."""


@dataclass(frozen=True)
class Waits:
    """Seconds to wait for an answer before showing the waiting page, and how to measure and pass them."""

    reply: float = 3.0
    outcome: float = 2.0
    passed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Progress:
    """Moves a request forward before a page is shown, as long as a person does not mind."""

    def __init__(self, broker: Broker, commands: Commands, clock: Callable[[], datetime], waits: Waits) -> None:
        self._broker = broker
        self._commands = commands
        self._clock = clock
        self._waits = waits
        self.paces: defaultdict[Milestone, Pace] = defaultdict(Pace)
        """The pace of each wait, by the milestone at which it begins to ask."""

    async def await_answer(self, session: Session, wait: float) -> Session:
        """Waits until nothing is pending, for at most `wait` seconds.

        Checks last whether it is too late for a code: one issued in time counts even after that. Does not send a held
        command before its time, so there is nothing to ask about it.
        """
        if session.pending and session.pending.held_until:
            now = self._clock()
            if session.pending.is_held(now):
                return session
            session = session.replace(pending=session.pending.release(now))
        session = await self._advance_until(_has_answer, session, wait)
        session = await self._close(session)
        return _stop_waiting_for_code(session, self._clock())

    async def await_code_email(self, session: Session) -> Session:
        """Waits briefly until the code's email is sent or known to be late."""
        session = await self._close(session)
        return await self._await_emails(_is_email_known, session, self._waits.outcome)

    async def await_account_emails(self, session: Session) -> Session:
        """Waits briefly until the status of the account's emails is known.

        Asks also whether the session goes on: only the workers know that somebody ended it.
        """
        return await self._await_emails(_are_emails_known, session, min(self._waits.outcome, COURTESY))

    async def _await_emails(self, are_known: Callable[[Session], bool], session: Session, wait: float) -> Session:
        """Asks at least once, unless the page before this one has just asked."""
        if session.asked_at and session.asked_at <= self._clock() < session.asked_at + NEWS:
            if are_known(session):
                return session
            await self._waits.sleep(ASKED_AT[0])
        return await self._advance_until(are_known, session, wait, ask_first=True)

    async def confirm_details(self, session: Session) -> Session:
        """The session as the workers see it, before what was verified is shown: it may have gone on elsewhere.

        They vouched for it when they took the code, so they are not asked right after that. If they do not answer, the
        session goes on: they still decide what is submitted.
        """
        until = session.details_until
        if until and self._clock() < until - TO_SUBMIT + VOUCHED:
            return session
        asked, _ = await self._ask(session, COURTESY)
        return asked

    async def ask_code_email(self, application_id: UUID) -> EmailStatus | None:
        """Asks for the status of the email with an application's code; `None` if nobody answers soon."""
        question = AskOutcome(application_id=application_id, command_id=application_id)  # not about one of its commands
        answer = await self._broker.send(question, id=uuid4(), at=self._clock(), wait=COURTESY)
        if not isinstance(answer.reply, ApplicationStatus) or answer.reply.state is None:
            return None
        return answer.reply.emails.get(EmailKind.VERIFICATION_CODE, EmailStatus.SENDING)

    async def give_up(self, session: Session, successor: UUID) -> None:
        """Closes the request that another one replaces, if the broker can be reached now.

        Closes it even if its start has no answer yet: the start then sends nobody a code. If the broker is down, no
        harm is done: without the session the code is useless, and it soon expires. A submitted request continues beside
        the new one, as page 1 said.
        """
        now = self._clock()
        known = session.application_id and not session.is_held  # nobody knows a start that was refused for now
        if known and not session.submitted and session.milestone is not Milestone.CONFIRMATION:
            command = AbandonApplication(application_id=session.application_id, taken_at=now)
            await self._broker.send(command, id=uuid5(successor, "give up"), at=now, wait=COURTESY)
        earlier = session.earlier.application_id if session.earlier else session.closing
        await self._close(session.replace(closing=earlier))

    async def end(self, session: Session) -> None:
        """Gives up all that the session is about. Of what was submitted, the workers note that the session is over."""
        now = self._clock()
        if session.pending and session.pending.count_seconds_held(now):
            return
        earlier = session.earlier.application_id if session.earlier else None
        for id in filter(None, {session.application_id, earlier, session.closing}):
            command = AbandonApplication(application_id=id, taken_at=now)
            await self._broker.send(command, id=uuid5(id, "end"), at=now, wait=COURTESY)

    async def _close(self, session: Session) -> Session:
        """Gives up the request that was replaced. The session remembers it until the broker has the command."""
        if session.closing is None:
            return session
        now = self._clock()
        command = AbandonApplication(application_id=session.closing, taken_at=now)
        answer = await self._broker.send(command, id=uuid5(session.closing, "give up"), at=now, wait=COURTESY)
        return session.replace(closing=None) if answer.taken else session

    async def _advance_until(
        self, arrived: Callable[[Session], bool], session: Session, wait: float, *, ask_first: bool = False
    ) -> Session:
        passed = self._waits.passed
        began, waited = passed(), session.count_waited_seconds(self._clock())
        deadline = began + wait
        going_on = ask_first or not arrived(session)
        pace, first_at = None, ASKED_AT[0]
        with metrics.PEOPLE_WAITING.track_inprogress():
            while going_on and passed() < deadline:
                is_to_send = self._is_to_send(session)
                if is_to_send:  # what is sent only now has been waited for only since now
                    began, waited = passed(), 0.0
                session, going_on = await self._take_step(session, deadline - passed())
                if pace:  # this was the first question after sending
                    pace.learn(in_time=_is_settled(session))
                pace = self.paces[session.milestone] if is_to_send else None
                first_at = pace.first_at if pace else first_at
                pause, left = count_pause(waited + passed() - began, first_at), deadline - passed()
                going_on = going_on and not arrived(session) and not (ask_first and pause >= left)  # no news by then
                if going_on:
                    await self._waits.sleep(max(0.0, min(pause, left)))
        return session

    async def _take_step(self, session: Session, wait: float) -> tuple[Session, bool]:
        """Sends one message to the workers. Returns the new session, and whether to send another soon."""
        after, going_on = await (self._send if self._is_to_send(session) else self._ask)(session, wait)
        if after.refused and after.refused is not session.refused:
            metrics.REFUSALS.labels(after.refused.problem).inc()
        return after, going_on

    def _is_to_send(self, session: Session) -> bool:
        return session.pending is not None and session.pending.is_due(self._clock())

    async def _send(self, session: Session, wait: float) -> tuple[Session, bool]:
        pending = session.pending
        try:
            command = self._commands.build(session)
        except CannotBuild as error:
            log.warning("cannot build a command", reference=session.reference, reason=str(error))
            refusal = Refused(application_id=session.application_id or session.id, problem=Problem.SESSION_OVER)
            return transitions.apply_refusal(session, refusal), False
        assert pending is not None  # noqa: S101  # it was just built
        patience = min(wait, COURTESY) if session.leaving else wait
        answer = await self._broker.send(command, id=pending.id, at=pending.taken_at, wait=patience)
        log.info(
            "command sent" if answer.taken else "command not taken yet",
            command=command.name(),
            command_id=str(pending.id),
            reference=session.reference,
            reply=answer.reply.name() if answer.reply else None,
        )
        if not answer.taken:
            return session, False
        if session.leaving and isinstance(answer.reply, Refused):  # submitted before, in another window
            return transitions.apply_refusal(session, answer.reply), False
        if session.leaving:  # the broker has it, so the code will be dead: no need to wait for the verifier
            return session.restart(restarted=True), False
        sent = session.replace(pending=pending.model_copy(update={"sent_at": self._clock()}))
        if answer.reply is None:
            return sent, True
        after = transitions.apply_reply(sent, answer.reply)
        return after, not (after.pending and after.pending.sent_at is None)

    async def _ask(self, session: Session, wait: float) -> tuple[Session, bool]:
        command_id = session.pending.id if session.pending else session.command_id
        if command_id is None or session.application_id is None:
            return session, False
        question = AskOutcome(application_id=session.application_id, command_id=command_id)
        answer = await self._broker.send(question, id=uuid4(), at=self._clock(), wait=wait)
        if isinstance(answer.reply, ApplicationStatus):
            told = transitions.apply_status(session, answer.reply)
            return told.replace(asked_at=self._clock()), True
        return session, False


def _has_answer(session: Session) -> bool:
    return session.page is not Page.WAITING or session.is_held


def _is_settled(session: Session) -> bool:
    """Whether the person goes on, and the next page has nothing to ask for."""
    told = session.page is not Page.CONFIRMATION or _are_emails_known(session)
    return told and session.page is not Page.WAITING and _is_email_known(session)


def _stop_waiting_for_code(session: Session, now: datetime) -> Session:
    """Returns to page 1 if there is no code yet and it is too late to issue one."""
    if session.milestone is not Milestone.ISSUING or session.started_at is None or now < session.started_at + TO_ISSUE:
        return session
    return session.turn_back(Problem.UNAVAILABLE, request=session.request, details=session.details)


def _is_email_known(session: Session) -> bool:
    return session.page is not Page.CODE or session.uniform or session.email in KNOWN


def _are_emails_known(session: Session) -> bool:
    return all(session.emails.get(kind) in KNOWN for kind in WELCOME)
