"""How long the gateway takes for a page, without the network and without waiting for workers.

`.venv/bin/python -m benchmarks.pages` prints, in milliseconds, the median, the 95th percentile and the processor's time
(which other work on the machine changes little), and the page's size in bytes as it is sent. The aim is a median under
20 ms.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog

from shared.contracts.email_kind import EmailStatus
from shared.contracts.state import State
from shared.domain.email import WELCOME
from tests.support.browser import Browser
from tests.support.scripted_form import Form, staged
from tests.support.settings import settings_with_keys

ROUNDS = 300


async def main() -> None:
    """Loads each page so many times."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    async with _open_form("off") as form:
        client = form.browser.client
        await _time(client, "/")
        await _time(client, "/request?new")
        await form.at_code()
        await _time(client, "/code")
        await form.at_details()
        await _time(client, "/details")
        await form.at_confirmation()
        form.workers.outcome(state=State.COMPLETED, emails=dict.fromkeys(WELCOME, EmailStatus.SENT))
        await _time(client, "/confirmation")
    async with _open_form("always") as form:
        await _time(form.browser.client, "/request", "prompted")


@asynccontextmanager
async def _open_form(challenge: str) -> AsyncIterator[Form]:
    backstage = staged(settings_with_keys(challenge=challenge))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=backstage.app),
        base_url="http://form.test",
        headers={"Accept-Encoding": "gzip"},
    ) as client:
        form = Form(**vars(backstage), browser=Browser(client))
        form.begin()
        yield form


async def _time(client: httpx.AsyncClient, path: str, remark: str = "") -> None:
    took = []
    before = time.process_time()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        response = await client.get(path)
        took.append(1000 * (time.perf_counter() - began))
        assert response.status_code == 200, response.status_code  # noqa: S101  # else it is no figure
    size = response.headers["Content-Length"]
    processor = 1000 * (time.process_time() - before) / ROUNDS
    median, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{f'{path} {remark}':18} {median:6.1f} ms  {late:6.1f} ms  {processor:6.1f} ms  {size:>6} bytes")


if __name__ == "__main__":
    asyncio.run(main())
