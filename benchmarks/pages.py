"""What a page costs the gateway: processor time of its whole process, HTTP server included, with instant workers.

`.venv/bin/python -m benchmarks.pages` serves the form as the gateway does; a client in another process asks. It prints
for each page the median of the rounds in milliseconds of processor time, which other work on the machine changes
little, and the bytes of the page as it is sent. A post counts with the redirect to the page that follows. Messages to
the workers cost more on top: the workers here are functions.

The aim is 1.5 ms for a page, and 5 ms for a post with its redirect.
"""

import asyncio
import http.client
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlencode

import structlog
import uvloop

from shared import socket_activation
from shared.contracts.email_kind import EmailStatus
from shared.contracts.state import State
from shared.domain.email import WELCOME
from shared.web.server import WebServer
from tests.support.browser import Page
from tests.support.scripted_form import CODE, REQUEST, SIGNED, Form, staged, visited
from tests.support.settings import settings_with_keys

ROUNDS = 5
VISITS = 100
"""Visits in a round."""

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    """What the client asks for, as a browser in the middle of the form does."""

    path: str
    cookies: Mapping[str, str]
    body: str | None = None


async def main() -> None:
    """Measures each page, then each post."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as client:
        async with _serve("off") as (form, port):
            await _measure_form(form, client, port)
        async with _serve("always") as (form, port):
            await _measure("GET /request, prompted", Asked("/request", {}), client, port)


async def _measure_form(form: Form, client: Executor, port: int) -> None:
    pages: dict[str, dict[str, str]] = {"/": {}, "/request?new": {}}
    page = await form.at_request()
    posts = [_fill(form, page, "Next >", REQUEST)]
    page = await form.browser.press(page, "Next >", REQUEST)
    pages["/code"] = _keep_cookies(form)
    posts.append(_fill(form, page, "Next >", CODE))
    page = await form.browser.press(page, "Next >", CODE)
    pages["/details"] = _keep_cookies(form)
    posts.append(_fill(form, page, "Submit", SIGNED))
    sent = dict.fromkeys(WELCOME, EmailStatus.SENT)
    for asked in posts[:2]:
        await _measure(f"POST {asked.path}", asked, client, port)
    form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333", emails=sent)
    await _measure(f"POST {posts[2].path}", posts[2], client, port)
    await form.browser.press(page, "Submit", SIGNED)
    pages["/confirmation"] = _keep_cookies(form)
    await _measure("GET /confirmation", Asked("/confirmation", pages.pop("/confirmation")), client, port)
    form.awaiting_code()
    for path, cookies in pages.items():
        await _measure(f"GET {path}", Asked(path, cookies), client, port)


@asynccontextmanager
async def _serve(challenge: str) -> AsyncIterator[tuple[Form, int]]:
    """Serves the form at a port, with a person who has just arrived."""
    backstage = staged(settings_with_keys(challenge=challenge, rate_limit="off"))
    listening = socket_activation.bind("127.0.0.1", 0, shared=False)
    listening.listen()  # so that nobody comes too early
    server = WebServer(
        backstage.app,
        listening,
        backstage.app.state.dependencies.events,
        outlives_us=True,
        trusted_proxies="127.0.0.1",
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with visited(backstage) as form:
            yield form, listening.getsockname()[1]
    finally:
        server.stop()
        await serving


def _keep_cookies(form: Form) -> dict[str, str]:
    return dict(form.browser.client.cookies)


def _fill(form: Form, page: Page, button: str, typed: dict[str, str]) -> Asked:
    path, data = page.filled(button, typed)
    return Asked(path, _keep_cookies(form), urlencode(data))


async def _measure(title: str, asked: Asked, client: Executor, port: int) -> None:
    took = []
    size = 0
    for _ in range(ROUNDS + 1):
        before = time.process_time()
        size = await asyncio.get_running_loop().run_in_executor(client, visit_often, asked, port)
        took.append(1000 * (time.process_time() - before) / VISITS)
    print(f"{title:24} {statistics.median(took[1:]):6.2f} ms  {size:>6} bytes")


def visit_often(asked: Asked, port: int) -> int:
    """Asks again and again over one connection, with the redirect that a post leads to. Returns the page's size."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(VISITS):
        cookies = dict(asked.cookies)
        size = _exchange(connection, asked, cookies)
    connection.close()
    return size


def _exchange(connection: http.client.HTTPConnection, asked: Asked, cookies: dict[str, str]) -> int:
    """Follows redirects as a browser does, with the headers that it sends."""
    headers = {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "en-US,en;q=0.5",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Sec-Fetch-Dest": "document",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Site": "same-origin",
        "Upgrade-Insecure-Requests": "1",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    }
    if asked.body is None:
        connection.request("GET", asked.path, headers=headers)
    else:
        connection.request("POST", asked.path, asked.body, headers | {"Content-Type": FORM})
    response = connection.getresponse()
    size = len(response.read())
    for name, value in response.getheaders():
        if name.lower() == "set-cookie":
            key, _, kept = value.partition(";")[0].partition("=")
            cookies[key] = kept
    if response.status == 303:
        return _exchange(connection, Asked(response.headers["location"], cookies), cookies)
    assert response.status == 200, response.status  # noqa: S101  # else it is no figure
    return size


if __name__ == "__main__":
    uvloop.run(main())
