"""Open pages renew themselves, and say so when they no longer do."""

from functools import partial

from aio_pika import Message, connect
from playwright.async_api import expect

from services.console.web.live.watch import OFTEN
from tests.browser.stage.visitor import PATIENCE, Visitor
from tests.support.console import OPERATOR, VIEWER, Console
from tests.support.waiting import until

SOON = PATIENCE + int(5000 * OFTEN)
"""Milliseconds: management itself counts every five seconds."""

QUEUE = "verifier.check-code"


async def test_a_message_that_waits_is_seen_without_loading_the_page(viewer: Visitor, console: Console) -> None:
    await viewer.open("/queues")
    row = viewer.page.get_by_role("row", name=QUEUE)
    await expect(row.get_by_role("cell").nth(1)).to_have_text("0", timeout=SOON)
    await viewer.page.get_by_role("link", name=QUEUE).focus()
    async with await connect(console.settings.need("rabbitmq_url")) as connection, connection.channel() as channel:
        await channel.default_exchange.publish(Message(b"a guess"), QUEUE)
    await expect(row.get_by_role("cell").nth(1)).to_have_text("1", timeout=SOON)
    await expect(viewer.page.get_by_role("link", name=QUEUE)).to_be_focused()
    await expect(viewer.page.locator(".live")).to_contain_text("Live")


async def test_a_queues_own_page_finds_what_waits_to_be_tried_again_and_leaves_it(
    viewer: Visitor, console: Console
) -> None:
    await viewer.open("/queues")
    retries = viewer.page.get_by_role("row", name=QUEUE).get_by_role("cell").nth(8)
    await expect(retries).to_have_text("0", timeout=SOON)
    async with await connect(console.settings.need("rabbitmq_url")) as connection, connection.channel() as channel:
        delay = await channel.get_exchange("ace.retry.600s", ensure=False)
        for queue in (QUEUE, QUEUE, "intake.start-application"):
            await delay.publish(Message(b"a guess"), queue)
        await expect(retries).to_have_text("-", timeout=SOON)
        for _ in range(2):
            await viewer.open(f"/queues/{QUEUE}")
            await expect(viewer.page.get_by_text("2 for 10 min")).to_be_visible()
        await (await channel.get_queue("ace.retry.600s", ensure=False)).purge()


async def test_a_tab_that_nobody_sees_keeps_no_connection(viewer: Visitor, console: Console) -> None:
    watch = console.dependencies.watch
    await viewer.open("/")
    await expect(viewer.page.locator(".live--on")).to_be_visible(timeout=SOON)

    async def holds(pages: int) -> bool:
        return watch.count_pages(VIEWER) == pages

    for hidden, pages in (("true", 0), ("false", 1)):
        await viewer.page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        await until(partial(holds, pages))


async def test_a_page_says_that_its_session_is_over(operator: Visitor, console: Console) -> None:
    await operator.open("/")
    await expect(operator.page.locator(".live--on")).to_be_visible(timeout=SOON)
    await console.database.collections.sessions.end_all(OPERATOR)
    await expect(operator.page.locator(".live--off")).to_contain_text("your session is over", timeout=30_000)
