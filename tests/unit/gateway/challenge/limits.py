"""Intake's limits as the gateway meets them: a start is refused for now, and passes with verification or its ticket."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.commands import AskOutcome, StartApplication
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused
from shared.contracts.state import State
from tests.support.browser import Browser, Page
from tests.support.scripted_form import REQUEST, Form

FIRST = "ticket-" + 16 * "0"
"""The first refusal's ticket."""


async def send_page_1(browser: Browser) -> Page:
    """Sends page 1 without having verified anything."""
    return await browser.press(await browser.open("/request?new"), "Next >", REQUEST)


def list_starts(form: Form) -> list[StartApplication]:
    """The starts that were sent."""
    return [sent.message for sent in form.workers.of(StartApplication) if isinstance(sent.message, StartApplication)]


def list_ids(form: Form) -> set[UUID]:
    """The ids under which starts were sent."""
    return {sent.id for sent in form.workers.of(StartApplication)}


@dataclass
class Limits:
    """Refuses starts that were not verified and have not waited. Stores nothing about those."""

    form: Form
    problem: Problem | None = Problem.VERIFICATION_NEEDED
    """Why starts are refused; `None`: they are not."""

    steps: Iterator[float] = field(default_factory=lambda: iter([20.0, 60.0, 120.0, 300.0]))
    """Seconds of one wait after another."""

    trusted: bool = True
    """Whether this gateway's human verification counts."""

    silent: bool = False
    """Whether replies to starts are lost."""

    without_ticket: bool = False
    tickets: dict[str, tuple[UUID, datetime]] = field(default_factory=dict)
    passed: set[UUID] = field(default_factory=set)

    def apply(self) -> "Limits":
        """Makes the workers apply them from now on."""
        workers = self.form.workers
        accept = workers.answers[StartApplication]

        def judge(command: StartApplication) -> Reply | None:
            if self.silent:
                return None
            if not self._passes(command):
                return self._refuse(command)
            self.passed.add(command.application_id)
            return accept(command)

        def tell(question: AskOutcome) -> Reply | None:
            id = question.application_id
            if id not in self.passed:
                return ApplicationStatus(application_id=id, status="pending")
            return ApplicationStatus(
                application_id=id, status="known", state=State.AWAITING_CODE, expires_at=self.form.expires_at
            )

        workers.answers[StartApplication] = judge
        workers.answers[AskOutcome] = tell
        return self

    def _passes(self, command: StartApplication) -> bool:
        if self.problem is None or (
            self.problem is Problem.VERIFICATION_NEEDED and command.verified_by and self.trusted
        ):
            return True
        id, at = self.tickets.get(command.ticket or "", (None, self.form.clock.at))
        return id == command.application_id and self.form.clock.at >= at

    def _refuse(self, command: StartApplication) -> Refused:
        assert self.problem
        id, retry_at = command.application_id, self.form.clock.at + timedelta(seconds=next(self.steps))
        if self.without_ticket:
            return Refused(application_id=id, problem=self.problem, retry_at=retry_at)
        ticket = f"ticket-{len(self.tickets):016}"
        self.tickets[ticket] = id, retry_at
        return Refused(application_id=id, problem=self.problem, retry_at=retry_at, ticket=ticket)
