"""Dead letters in the console: everybody sees them; operators act, after a page that says what would happen."""

from uuid import uuid4

import aio_pika
from playwright.async_api import expect

from services.console.dead_letters.selection import hold_dead_letters
from shared.contracts.commands import CheckCode, StartApplication
from shared.messaging import topology
from shared.messaging.topology import WorkQueue, find_queue
from tests.browser.stage.accessibility import violations
from tests.browser.stage.visitor import Visitor
from tests.support.console import OPERATOR, VIEWER, Console

START = find_queue(StartApplication)


async def bury(console: Console, reason: str, count: int, queue: WorkQueue = START) -> list[str]:
    """Dead letters as a worker parks them; returns their ids."""
    ids = [str(uuid4()) for _ in range(count)]
    async with await aio_pika.connect(console.settings.need("rabbitmq_url")) as connection:
        exchange = await (await connection.channel()).get_exchange(topology.DEAD, ensure=False)
        for id in ids:
            headers: dict[str, str] = {"ace-application": str(uuid4()), "ace-reason": reason}
            message = aio_pika.Message(b"x", message_id=id, type=queue.message.TYPE, headers={**headers})
            await exchange.publish(message, queue.dead)
    return ids


async def open_group(visitor: Visitor, reason: str) -> None:
    await visitor.open("/dead-letters")
    await visitor.page.get_by_role("link", name=reason, exact=True).click()
    await expect(visitor.page.get_by_role("heading", level=2)).to_contain_text(reason)


async def list_entries(console: Console, ids: list[str]) -> set[tuple[str, str, str | None]]:
    latest = console.database.collections.audit.list_latest(100)
    return {(entry.action, entry.who, entry.why) async for entry in latest if entry.message_id in ids}


async def test_a_group_is_thrown_away_after_a_dry_run_and_the_rest_stays(operator: Visitor, console: Console) -> None:
    page = operator.page
    [other] = await bury(console, "the key is wrong, differently", 1)
    ids = await bury(console, "the key is wrong", 12)
    await open_group(operator, "the key is wrong")
    assert await violations(page) == []
    await page.get_by_role("button", name="Send back...").click()
    await expect(page.get_by_label("At most so many a second")).to_have_value("20")
    await page.go_back()
    await page.get_by_role("button", name="Throw away...").click()
    await expect(page.get_by_text("12 would be thrown away")).to_be_visible()
    await expect(page.get_by_text("12 a replay can still help")).to_be_visible()
    await expect(page.get_by_label("At most so many a second")).to_be_visible()
    assert await violations(page) == []
    assert await list_entries(console, ids) == set()
    await page.get_by_label("Why, for the audit").fill("of a test")
    await page.get_by_role("button", name="Throw away for good").click()
    await operator.arrives("/dead-letters/progress")
    await expect(page.get_by_role("heading", level=2)).to_contain_text("12 of 12 thrown away")
    await expect(page.get_by_role("heading", level=2)).to_contain_text("done")
    assert await list_entries(console, ids) == {("discard", OPERATOR, "of a test")}
    assert await list_entries(console, [other]) == set()
    await open_group(operator, "the key is wrong, differently")


async def test_one_is_sent_back(operator: Visitor, console: Console) -> None:
    page = operator.page
    [id] = await bury(console, "the server was away", 1)
    await open_group(operator, "the server was away")
    await page.get_by_role("link", name=id).click()
    await page.get_by_role("button", name="Send back...").click()
    await page.get_by_role("button", name="Send back", exact=True).click()
    await expect(page.get_by_role("heading", level=2)).to_contain_text("1 of 1 sent back")
    await expect(page.get_by_text("at most 20 a second")).to_be_visible()
    assert await list_entries(console, [id]) == {("replay", OPERATOR, "")}


async def test_those_of_all_queues_are_thrown_away_at_once(operator: Visitor, console: Console) -> None:
    page, code = operator.page, find_queue(CheckCode)
    ids = [*await bury(console, "the disk was full", 1), *await bury(console, "the disk was full", 1, code)]
    await operator.open("/dead-letters")
    await page.get_by_role("button", name="Throw away...").click()
    await expect(page.get_by_text("thrown away from the dead letters of all queues.")).to_be_visible()
    await page.get_by_label("Why, for the audit").fill("a trial")
    await page.get_by_role("button", name="Throw away for good").click()
    await expect(page.get_by_role("heading", level=2)).to_contain_text("done")
    await expect(page.get_by_text("All queues. By otto")).to_be_visible()
    for id in ids:
        assert await list_entries(console, [id]) == {("discard", OPERATOR, "a trial")}
    await operator.open("/dead-letters")
    await expect(page.get_by_text("There are no dead letters.")).to_be_visible()


async def test_a_viewer_reads_one_in_sentences_and_cannot_act(viewer: Visitor, console: Console) -> None:
    [id] = await bury(console, "nobody knows why", 1)
    await open_group(viewer, "nobody knows why")
    await viewer.page.get_by_role("link", name=id).click()
    await expect(viewer.page.get_by_text(f"A message {StartApplication.TYPE} for {START.name}")).to_be_visible()
    assert await violations(viewer.page) == []
    await expect(viewer.page.get_by_role("button", name="Send back...")).to_have_count(0)
    entry = await anext(console.database.collections.audit.list_latest(1))
    assert (entry.action, entry.who, entry.type) == ("look-up", VIEWER, "dead letter")
    fields: dict[str, str | float | bool] = {"action": "discard", "queue": START.name, "id": id, "why": "mine"}
    for address in ("/dead-letters/plan", "/dead-letters/act"):
        answer = await viewer.page.request.post(console.address + address, form=fields)
        assert answer.status == 403
    assert await list_entries(console, [id]) == set()


async def test_while_somebody_else_reads_them_the_page_says_so(viewer: Visitor, console: Console) -> None:
    await bury(console, "held", 1)
    async with (
        await aio_pika.connect(console.settings.need("rabbitmq_url")) as connection,
        hold_dead_letters(connection, START, "ace"),
    ):
        await viewer.open("/dead-letters")
        await expect(viewer.page.get_by_text("is being read by somebody else")).to_be_visible()
