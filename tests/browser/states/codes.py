"""The code page."""

from datetime import timedelta

from shared.contracts.commands import CheckCode, StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused, StartAccepted
from tests.browser.stage.visitor import Visitor
from tests.browser.states.registry import reach_code, state
from tests.support.scripted_form import CODE, Form

state("code")(reach_code)


@state("code-email-late")
async def _email_late(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.DEFERRED})
    await reach_code(visitor, form)


@state("code-email-parked", variant=True)
async def _email_parked(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.PARKED})
    await reach_code(visitor, form)


@state("code-email-still-not-sent", variant=True)
async def _email_still_not_sent(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    await form.at_code()
    form.clock.passes(seconds=70)
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/code")


@state("code-new")
async def _new_code(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    await visitor.press("Get a new code")


@state("code-new-refused", "too-many-requests")
async def _no_new_code(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    retry_at = form.clock() + timedelta(minutes=40)
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
    await visitor.press("Get a new code")


@state("code-new-can-wait", "too-many-requests", variant=True)
async def _new_code_can_wait(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    held = {"retry_at": form.clock() + timedelta(minutes=20), "ticket": "a-ticket-of-intake"}
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS, **held)
    await visitor.press("Get a new code")


@state("code-uniform")
async def _uniform(visitor: Visitor, form: Form) -> None:
    form.workers.on(StartApplication, StartAccepted, reference="ACE-0000-0000", uniform=True)
    form.awaiting_code(emails={})
    await reach_code(visitor, form)


@state("code-nothing-entered", "field-invalid", variant=True)
async def _no_code(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    await visitor.press("Next >")


@state("code-malformed", "code-wrong", variant=True)
async def _malformed_code(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    await visitor.send({"*Verification Code": "ABC"})


@state("code-wrong", "code-wrong")
async def _wrong_code(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    form.awaiting_code(tries_left=3)
    form.workers.on(CheckCode, Refused, problem=Problem.CODE_WRONG, tries_left=3)
    await visitor.send(CODE)
