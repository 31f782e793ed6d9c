"""Page 1 and what leads to it: start, problems, human verification, requests that are over."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from playwright.async_api import Route, expect

from services.gateway.challenge.verification import Verification
from shared.contracts.commands import CheckCode, StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State as Standing
from tests.browser.stage.visitor import Visitor
from tests.browser.states.registry import Way, reach_code, reach_details, state
from tests.support.scripted_form import CODE, EMAIL, NUMBER, REQUEST, Form
from tests.support.settings import settings_with_keys

UNPROMPTED = Verification(settings_with_keys(challenge="off"))
ASKED_BY_INTAKE = Verification(settings_with_keys(challenge="auto"))


@state("start")
async def _start(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/")


@state("start-under-way", variant=True)
async def _start_under_way(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
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
    await reach_code(visitor, form)
    state.dependencies = prompting
    await visitor.press("Get a new code")
    await expect(visitor.page.get_by_text("Done. You can go on.").first).to_be_visible()


@state("request-prompted-without-scripts", prompted=True, window={})
async def _without_scripts(visitor: Visitor, _form: Form) -> None:
    await visitor.page.route("**/request*", _as_without_scripts)
    await visitor.open("/request?new")


@state("request-prompted-not-passed", "field-invalid", prompted=True, variant=True, window={})
async def _not_passed(visitor: Visitor, form: Form) -> None:
    await _without_scripts(visitor, form)
    await visitor.page.locator("input[name=wait]").evaluate_all("found => found.forEach(input => input.remove())")
    await visitor.send(REQUEST)


@state("waiting-instead-of-verification", prompted=True, variant=True, window={})
async def _waits_instead(visitor: Visitor, form: Form) -> None:
    await _without_scripts(visitor, form)
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")


@state("request-verification-needed", "verification-needed", prompted=True)
async def _verification_needed(visitor: Visitor, form: Form) -> None:
    form.app.state.dependencies = replace(form.app.state.dependencies, verification=ASKED_BY_INTAKE)
    await _hold_request(Problem.VERIFICATION_NEEDED, seconds=20)(visitor, form)
    await expect(visitor.page.get_by_text("Done. You can go on.").first).to_be_visible()


@state("request-verification-needed-without-scripts", "verification-needed", prompted=True, variant=True, window={})
async def _verification_needed_without_scripts(visitor: Visitor, form: Form) -> None:
    form.app.state.dependencies = replace(form.app.state.dependencies, verification=ASKED_BY_INTAKE)
    await visitor.page.route("**/request*", _as_without_scripts)
    await _hold_request(Problem.VERIFICATION_NEEDED, seconds=20)(visitor, form)


@state("waiting-for-step-up")
async def _waits_for_step_up(visitor: Visitor, form: Form) -> None:
    await _hold_request(Problem.VERIFICATION_NEEDED, seconds=60)(visitor, form)
    await visitor.arrives("/waiting")


@state("request-too-many-requests-can-wait", "too-many-requests")
async def _can_wait(visitor: Visitor, form: Form) -> None:
    await _hold_request(Problem.TOO_MANY_REQUESTS, minutes=40)(visitor, form)


@state("waiting-after-too-many-requests", variant=True)
async def _waits_long(visitor: Visitor, form: Form) -> None:
    await _can_wait(visitor, form)
    await visitor.press("Wait")
    await visitor.arrives("/waiting")


async def _as_without_scripts(route: Route) -> None:
    """Shows what a browser without scripts shows. A window with scripts disabled could not run axe."""
    answer = await route.fetch(max_redirects=0)
    page = re.sub(r"</?noscript>|<script.*?</script>", "", await answer.text(), flags=re.DOTALL)
    await route.fulfill(response=answer, body=page)


@state("request-under-way")
async def _under_way(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    await visitor.open("/request?new")


@state("request-restarted", variant=True)
async def _restarted(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
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


def _hold_request(problem: Problem, **span: float) -> Way:
    """Refuses a request that passes after this time."""

    async def reach(visitor: Visitor, form: Form) -> None:
        retry_at = form.clock() + timedelta(**span)
        await _refused_request(problem, retry_at=retry_at, ticket="a-ticket-of-intake")(visitor, form)

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


@state("request-contact-recently-changed", "contact-recently-changed", variant=True)
async def _contact_changed(visitor: Visitor, form: Form) -> None:
    reach = _refused_request(Problem.CONTACT_RECENTLY_CHANGED, retry_at=form.clock() + timedelta(hours=40))
    await reach(visitor, form)


@state("request-session-over", "session-over")
async def _session_over(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
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
        await reach_code(visitor, form)
        form.workers.on(CheckCode, Refused, problem=problem)
        await visitor.send(CODE)
        await visitor.arrives("/request")

    return reach


state("request-code-expired", "code-expired", variant=True)(_refused_code(Problem.CODE_EXPIRED))
state("request-locked", "application-locked", variant=True)(_refused_code(Problem.APPLICATION_LOCKED))


@state("request-email-refused", "poc-email-refused", variant=True)
async def _email_refused(visitor: Visitor, form: Form) -> None:
    await reach_code(visitor, form)
    form.workers.outcome(state=Standing.REJECTED, problem=Problem.POC_EMAIL_REFUSED)
    await visitor.open("/code")
    await visitor.arrives("/request")
