"""Importers are looked up without a trace of them in address or page, and limits are lifted by operators alone."""

from playwright.async_api import expect

from services.console.limits.subject import Subject
from shared import clock
from shared.domain.limits.failures import list_match_limits
from shared.storage.limits import Counted
from tests.browser.stage.visitor import Visitor
from tests.support.console import OPERATOR, VIEWER, Console
from tests.support.records import store_importer

NUMBER = "12-3456789AB"


async def guess(console: Console) -> None:
    """Somebody guessed names for this number."""
    await store_importer(console.settings, NUMBER, "Acme Imports Inc.", "poc@acme.example")
    limits = list_match_limits(Subject.read_importer(NUMBER, console.database.index).asked)
    for _ in range(60):
        await console.database.collections.limits.count((limit.key for limit in limits), Counted(), clock.now())


async def look_up(visitor: Visitor, text: str = NUMBER) -> None:
    await visitor.open("/importers")
    await visitor.page.get_by_label("Number, name or address").fill(text)
    await visitor.page.get_by_role("button", name="Look up").click()


async def actions(console: Console) -> list[tuple[str, str, str | None]]:
    audit = console.database.collections.audit
    return [(entry.action, entry.who, entry.why) async for entry in audit.list_latest(2)]


async def test_a_viewer_sees_a_record_masked_and_it_is_written_down_who_looked(
    viewer: Visitor, console: Console
) -> None:
    await guess(console)
    await look_up(viewer)
    await expect(viewer.page.get_by_role("heading", name="Record of importer **-*****89AB")).to_be_visible()
    await expect(viewer.page.get_by_text("p***@acme.example")).to_be_visible()
    await expect(viewer.page.get_by_role("row", name="number 60 60 verification, or a wait")).to_be_visible()
    assert NUMBER not in await viewer.page.content()
    assert NUMBER not in viewer.page.url
    await expect(viewer.page.get_by_role("button", name="Lift these limits")).to_have_count(0)
    assert (await actions(console))[0] == ("look-up", VIEWER, None)


async def test_an_operator_lifts_what_was_counted_and_says_why(operator: Visitor, console: Console) -> None:
    await guess(console)
    await look_up(operator)
    await operator.page.get_by_label("Why it may be lifted").fill("the importer called")
    await operator.page.get_by_role("button", name="Lift these limits").click()
    await expect(operator.page.get_by_role("status")).to_contain_text(
        "What was counted about importer **-*****89AB is forgotten"
    )
    assert (await actions(console))[0] == ("lift", OPERATOR, "the importer called")
    await look_up(operator)
    await expect(operator.page.get_by_text("Nothing was counted.")).to_be_visible()


async def test_what_is_no_number_is_refused_and_not_repeated(viewer: Visitor) -> None:
    await look_up(viewer, "my secret")
    await expect(viewer.page.get_by_role("alert")).to_contain_text("This cannot be looked up: the number")
    assert "my secret" not in await viewer.page.content()
