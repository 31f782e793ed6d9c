"""Every state of a page, and how a visitor gets there. The workers behind the form are scripted."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from playwright.async_api import Route, expect

from services.gateway.challenge.verification import Verification
from services.gateway.http.form_body import LARGEST
from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State as Standing
from tests.browser.stage.visitor import Visitor
from tests.support.scripted_form import CODE, COMPANY, DETAILS, EMAIL, NUMBER, REQUEST, SIGNED, Form
from tests.support.settings import settings_with_keys

UNPROMPTED = Verification(settings_with_keys(challenge="off"))
Way = Callable[[Visitor, Form], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """A page state: its name, the problems that the page shows, and how to get there."""

    name: str
    problems: frozenset[str]
    reach: Way
    prompted: bool = False
    """Whether human verification comes first."""
    variant: bool = False
    """Whether it has the same parts as another state. Only `make test-full` checks these."""
    window: Mapping[str, Any] | None = None
    """Playwright options for the browser's window; None if any window will do."""


STATES: list[State] = []


def state(name: str, *problems: str, **special: Any) -> Callable[[Way], Way]:
    """Adds the decorated way to a page state to the list."""

    def known(way: Way) -> Way:
        STATES.append(State(name, frozenset(problems), way, **special))
        return way

    return known


async def _code(visitor: Visitor, form: Form) -> None:
    await form.at_code()
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/code")


async def _details(visitor: Visitor, form: Form) -> None:
    await form.at_details()
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/details")


async def _submit(visitor: Visitor, form: Form, **standing: Any) -> None:
    await _details(visitor, form)
    form.workers.outcome(**standing)
    await visitor.send(SIGNED, "Submit")


@state("start")
async def _start(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/")


@state("start-under-way")
async def _start_under_way(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.open("/")


@state("request")
async def _request(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")


@state("start-notice-open")
async def _notice(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/")
    await visitor.page.locator(".site-notice summary").click()


@state("request-social-security-number")
async def _social_security(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")
    await visitor.fill({**REQUEST, NUMBER: "078-05-1120"})
    await expect(visitor.page.get_by_role("button", name="Show number")).to_be_visible()


@state("request-prompted", prompted=True)
async def _prompted(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")
    await expect(visitor.page.get_by_text("Done. You can go on.").first).to_be_visible()


@state("request-for-new-code", prompted=True, variant=True)
async def _for_new_code(visitor: Visitor, form: Form) -> None:
    state = form.app.state
    prompting, state.dependencies = state.dependencies, replace(state.dependencies, verification=UNPROMPTED)
    await _code(visitor, form)
    state.dependencies = prompting
    await visitor.press("Get a new code")
    await expect(visitor.page.get_by_text("Done. You can go on.").first).to_be_visible()


@state("request-prompted-without-scripts", prompted=True, window={})
async def _without_scripts(visitor: Visitor, _form: Form) -> None:
    await visitor.page.route("**/request*", _as_without_scripts)
    await visitor.open("/request?new")


@state("request-prompted-not-passed", "field-invalid", prompted=True, window={})
async def _not_passed(visitor: Visitor, form: Form) -> None:
    await _without_scripts(visitor, form)
    await visitor.page.locator("input[name=wait]").evaluate_all("found => found.forEach(input => input.remove())")
    await visitor.send(REQUEST)


@state("waiting-instead-of-verification", prompted=True, window={})
async def _waits_instead(visitor: Visitor, form: Form) -> None:
    await _without_scripts(visitor, form)
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")


async def _as_without_scripts(route: Route) -> None:
    """Shows what a browser without scripts shows. A window with scripts disabled could not run axe."""
    answer = await route.fetch(max_redirects=0)
    page = re.sub(r"</?noscript>|<script.*?</script>", "", await answer.text(), flags=re.DOTALL)
    await route.fulfill(response=answer, body=page)


@state("request-under-way")
async def _under_way(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.open("/request?new")


@state("request-restarted")
async def _restarted(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.press("< Back")
    await visitor.arrives("/request")


def _broken_request(typed: dict[str, str]) -> Way:
    async def reach(visitor: Visitor, _form: Form) -> None:
        await visitor.open("/request?new")
        await visitor.send(typed)

    return reach


BROKEN: dict[str, dict[str, str]] = {
    "nothing-entered": {},
    "number-malformed": {**REQUEST, NUMBER: "12-34567"},
    "number-without-suffix": {**REQUEST, NUMBER: "12-3456789"},
    "number-ambiguous": {**REQUEST, NUMBER: "123456789"},
    "email-malformed": {**REQUEST, EMAIL: "jane.doe"},
}
for name, typed in BROKEN.items():
    state(f"request-{name}", "field-invalid", variant=bool(typed))(_broken_request(typed))


def _refused_request(problem: Problem, **fields: Any) -> Way:
    async def reach(visitor: Visitor, form: Form) -> None:
        form.workers.on(StartApplication, Refused, problem=problem, **fields)
        await visitor.open("/request?new")
        await visitor.send(REQUEST)

    return reach


for problem in (
    Problem.EMAIL_IN_USE,
    Problem.IMPORTER_NOT_MATCHED,
    Problem.POC_EMAIL_MISSING,
    Problem.IMPORTER_ALREADY_LINKED,
    Problem.UNAVAILABLE,
):
    state(f"request-{problem}", problem, variant=problem is not Problem.IMPORTER_NOT_MATCHED)(_refused_request(problem))


@state("request-too-many-requests", "too-many-requests", variant=True)
async def _too_many(visitor: Visitor, form: Form) -> None:
    reach = _refused_request(Problem.TOO_MANY_REQUESTS, retry_at=form.clock() + timedelta(minutes=40))
    await reach(visitor, form)


@state("request-session-over", "session-over")
async def _session_over(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    form.clock.passes(minutes=31)
    await visitor.open("/details")
    await visitor.arrives("/request")


@state("request-corrected", "field-invalid")
async def _corrected(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")
    await visitor.send({NUMBER: "12-3456789"})
    await visitor.field(NUMBER).fill("12-345678900")
    await expect(visitor.page.get_by_role("heading", name="Check these 2 fields")).to_be_visible()
    await visitor.page.locator(".summary").focus()


def _refused_code(problem: Problem) -> Way:
    async def reach(visitor: Visitor, form: Form) -> None:
        await _code(visitor, form)
        form.workers.on(CheckCode, Refused, problem=problem)
        await visitor.send(CODE)
        await visitor.arrives("/request")

    return reach


state("request-code-expired", "code-expired", variant=True)(_refused_code(Problem.CODE_EXPIRED))
state("request-locked", "application-locked", variant=True)(_refused_code(Problem.APPLICATION_LOCKED))


@state("request-email-refused", "poc-email-refused", variant=True)
async def _email_refused(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    form.workers.outcome(state=Standing.REJECTED, problem=Problem.POC_EMAIL_REFUSED)
    await visitor.open("/code")
    await visitor.arrives("/request")


state("code")(_code)


@state("code-email-late")
async def _email_late(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.DEFERRED})
    await _code(visitor, form)


@state("code-email-parked", variant=True)
async def _email_parked(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.PARKED})
    await _code(visitor, form)


@state("code-email-still-not-sent", variant=True)
async def _email_still_not_sent(visitor: Visitor, form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    await form.at_code()
    form.clock.passes(seconds=70)
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/code")


@state("code-new")
async def _new_code(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.press("Get a new code")


@state("code-new-refused", "too-many-requests")
async def _no_new_code(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    retry_at = form.clock() + timedelta(minutes=40)
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
    await visitor.press("Get a new code")


@state("code-nothing-entered", "field-invalid", variant=True)
async def _no_code(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.press("Next >")


@state("code-malformed", "code-wrong", variant=True)
async def _malformed_code(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    await visitor.send({"*Verification Code": "ABC"})


@state("code-wrong", "code-wrong")
async def _wrong_code(visitor: Visitor, form: Form) -> None:
    await _code(visitor, form)
    form.awaiting_code(tries_left=3)
    form.workers.on(CheckCode, Refused, problem=Problem.CODE_WRONG, tries_left=3)
    await visitor.send(CODE)


state("details")(_details)


@state("details-choices-open")
async def _choices(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.field("*Country").press_sequentially("unit")
    await expect(visitor.page.get_by_role("option", name="United States", exact=True)).to_be_visible()


@state("details-calendar-open")
async def _calendar(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.page.get_by_role("button", name="Toggle calendar").click()
    await expect(visitor.page.get_by_role("button", name="15", exact=False).first).to_be_visible()


@state("details-without-state")
async def _without_state(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.fill({**DETAILS, "*Country": "Hong Kong"})


@state("details-saved")
async def _saved(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.fill(DETAILS)
    await visitor.press("Save and get more time")


@state("details-answers", variant=True)
async def _answers(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.fill(DETAILS)
    await expect(visitor.page.get_by_text("All required answers are there.", exact=True)).to_be_visible()


@state("details-answers-asked-for")
async def _answers_asked_for(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.fill(DETAILS)
    async with visitor.page.expect_navigation():
        await visitor.field("*City").press("Enter")


@state("details-time-nearly-over", window={})
async def _nearly_over(visitor: Visitor, form: Form) -> None:
    await visitor.page.clock.install()
    await _details(visitor, form)
    await visitor.fill(DETAILS)
    form.clock.passes(minutes=28, seconds=30)
    await visitor.page.clock.fast_forward("28:30")
    await expect(visitor.page.get_by_role("alertdialog")).to_be_visible()


@state("details-nothing-entered", "field-invalid")
async def _no_details(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.press("Submit")


@state("details-malformed", "field-invalid", variant=True)
async def _malformed_details(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    await visitor.send(
        {**DETAILS, "State": "Nowhere", "DUNS#": "12345", "*Zip Code": "nowhere", "*Telephone Number": "555"}, "Submit"
    )


@state("details-unavailable", "unavailable")
async def _unavailable_details(visitor: Visitor, form: Form) -> None:
    await _details(visitor, form)
    form.workers.on(SubmitDetails, Refused, problem=Problem.UNAVAILABLE)
    await visitor.send(SIGNED, "Submit")


@state("waiting")
async def _waiting(visitor: Visitor, form: Form) -> None:
    form.workers.outcome(state=Standing.REQUESTED)
    await visitor.open("/request?new")
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")


@state("waiting-longer", variant=True)
async def _waiting_longer(visitor: Visitor, form: Form) -> None:
    await _waiting(visitor, form)
    form.clock.passes(seconds=11)
    await visitor.open("/waiting")


@state("waiting-long")
async def _waiting_long(visitor: Visitor, form: Form) -> None:
    await visitor.open("/request?new")
    form.workers.away = True
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")
    form.clock.passes(minutes=2)
    await visitor.open("/waiting")


@state("waiting-for-the-account")
async def _creating(visitor: Visitor, form: Form) -> None:
    await _submit(visitor, form, state=Standing.SUBMITTED)
    await visitor.arrives("/waiting")


@state("confirmation")
async def _confirmation(visitor: Visitor, form: Form) -> None:
    await _submit(visitor, form, state=Standing.COMPLETED, account="A-1111-2222-3333")
    await visitor.arrives("/confirmation")


@state("confirmation-email-refused")
async def _email_refused_later(visitor: Visitor, form: Form) -> None:
    emails = {EmailKind.ACCOUNT_READY: EmailStatus.REFUSED, EmailKind.IMPORTER_VIEW_CONFIRMED: EmailStatus.SENT}
    await _submit(visitor, form, state=Standing.PROVISIONED, account="A-1111-2222-3333", emails=emails)
    await visitor.arrives("/confirmation")


@state("not-from-here")
async def _forbidden(visitor: Visitor, _form: Form) -> None:
    elsewhere = f'<form method="post" action="{visitor.address}/request"><button>Send</button></form>'
    await visitor.page.set_content(elsewhere)
    await visitor.press("Send")
    await visitor.arrives("/request")


@state("not-found", variant=True)
async def _not_found(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/nowhere")


@state("too-large", variant=True)
async def _too_large(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")
    field = visitor.field(COMPANY)
    await field.evaluate("(field, length) => { field.value = 'x'.repeat(length) }", LARGEST)
    await visitor.press("Next >")


@state("server-error")
async def _server_error(visitor: Visitor, form: Form) -> None:
    def fails(_command: StartApplication) -> None:
        raise RuntimeError("a bug, for its page")

    form.workers.answers[StartApplication] = fails
    await visitor.open("/request?new")
    await visitor.send(REQUEST)
