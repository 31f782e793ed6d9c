"""Making and checking challenges keeps nobody else waiting, and too many at once are turned away."""

import asyncio
import threading

import pytest

from services.gateway.challenge import pool
from services.gateway.challenge.pool import Overloaded, Pool
from tests.support.browser import Browser
from tests.support.scripted_form import REQUEST
from tests.unit.gateway.challenge.gate import Gate, solved


async def test_the_event_loop_goes_on_meanwhile() -> None:
    threads, go_on = Pool(), threading.Event()
    work = asyncio.create_task(threads.run(go_on.wait, 10))
    await asyncio.sleep(0)
    go_on.set()  # only a loop that is free gets here
    assert await work
    threads.close()


async def test_what_it_cannot_finish_soon_is_refused_at_once() -> None:
    threads, go_on = Pool(), threading.Event()
    work = [asyncio.create_task(threads.run(go_on.wait, 10)) for _ in range(pool.MOST)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await threads.run(int)
    go_on.set()
    await asyncio.gather(*work)
    assert await threads.run(int) == 0
    threads.close()


async def test_page_1_says_so_and_offers_to_wait(gate: Gate, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST", 0)
    page = await browser.open("/request")
    assert page.soup.find("altcha-widget") is None
    assert "So many people are being checked" in page.text
    assert not page.soup.find(id="challenge-wait").has_attr("hidden")  # type: ignore[union-attr]
    assert (await browser.press(page, "Next >", REQUEST | {"I will wait instead.": "yes"})).path == "/waiting"


async def test_a_solution_that_cannot_be_checked_now_can_be_sent_again(
    gate: Gate, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = solved(await browser.open("/request"))
    with monkeypatch.context() as busy:
        busy.setattr(pool, "MOST", 0)
        page = await browser.post("/request", data)
    assert "Too many people are being checked" in page.problems["field-invalid"]
    assert page.value("*Company Name") == REQUEST["*Company Name"]
    assert (await browser.post("/request", data)).path == "/code"
