"""The details page."""

from playwright.async_api import expect

from shared.contracts.commands import SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from tests.browser.stage.visitor import Visitor
from tests.browser.states.registry import reach_details, state
from tests.support.scripted_form import DETAILS, SIGNED, Form

state("details")(reach_details)


@state("details-choices-open")
async def _choices(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.field("*Country").press_sequentially("unit")
    await expect(visitor.page.get_by_role("option", name="United States", exact=True)).to_be_visible()


@state("details-calendar-open")
async def _calendar(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.page.get_by_role("button", name="Toggle calendar").click()
    await expect(visitor.page.get_by_role("button", name="15", exact=False).first).to_be_visible()


@state("details-without-state")
async def _without_state(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.fill({**DETAILS, "*Country": "Hong Kong"})


@state("details-saved")
async def _saved(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.fill(DETAILS)
    await visitor.press("Save and get more time")


@state("details-answers", variant=True)
async def _answers(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.fill(DETAILS)
    await expect(visitor.page.get_by_text("All required answers are there.", exact=True)).to_be_visible()


@state("details-answers-asked-for")
async def _answers_asked_for(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.fill(DETAILS)
    async with visitor.page.expect_navigation():
        await visitor.field("*City").press("Enter")


@state("details-time-nearly-over", window={})
async def _nearly_over(visitor: Visitor, form: Form) -> None:
    await visitor.page.clock.install()
    await reach_details(visitor, form)
    await visitor.fill(DETAILS)
    form.clock.passes(minutes=28, seconds=30)
    await visitor.page.clock.fast_forward("28:30")
    await expect(visitor.page.get_by_role("alertdialog")).to_be_visible()


@state("details-nothing-entered", "field-invalid")
async def _no_details(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.press("Submit")


@state("details-malformed", "field-invalid", variant=True)
async def _malformed_details(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    await visitor.send(
        {**DETAILS, "State": "Nowhere", "DUNS#": "12345", "*Zip Code": "nowhere", "*Telephone Number": "555"}, "Submit"
    )


@state("details-unavailable", "unavailable")
async def _unavailable_details(visitor: Visitor, form: Form) -> None:
    await reach_details(visitor, form)
    form.workers.on(SubmitDetails, Refused, problem=Problem.UNAVAILABLE)
    await visitor.send(SIGNED, "Submit")
