"""Ways to apply, and a crowd that does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from benchmarks.load.form_reader import FormReader
from benchmarks.load.importers import Importer
from benchmarks.load.mail import MailServer
from shared.contracts.replies import CodeAccepted, DetailsTaken, StartAccepted
from shared.contracts.sealed import AccountRequest
from shared.settings.processes import Settings
from tests.support.browser import Browser, Page, browsing
from tests.support.gateway import connected_gateway
from tests.support.scripted_form import SIGNED, request

REPLY_WITHIN = 120.0

IDLE = 1.0
"""Seconds after which a browser closes an unused connection: well before the form would."""

R = TypeVar("R")
Apply = Callable[[Importer], Coroutine[Any, Any, None]]
"""One application, from its start to its last email."""


class Failed(Exception):
    """An application did not go as it should; a round with one is no measurement."""


async def apply_all(importers: Iterable[Importer], apply: Apply, people: int) -> None:
    """Lets so many people apply at once until every importer has applied. Raises what the first failure raised."""
    waiting = iter(importers)

    async def apply_one_by_one() -> None:
        for importer in waiting:
            await apply(importer)

    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(apply_one_by_one())


def use_form(address: str, mail: MailServer) -> Apply:
    """By the form's labels, in a browser without scripts that asks again when a page says so."""

    async def apply(importer: Importer) -> None:
        async with browsing(address, Browser, IDLE) as browser:
            page = await browser.open("/request")
            typed = request(importer.company, importer.record_number, importer.owner)
            page = await _press("Next >", "/code", browser, page, typed)
            code = {"*Verification Code": await mail.read_code(importer.contact)}
            page = await _press("Next >", "/details", browser, page, code)
            await _press("Submit", "/confirmation", browser, page, SIGNED)
        await _receive_all(importer, mail)

    return apply


async def _press(button: str, expected: str, browser: Browser, page: Page, typed: dict[str, str]) -> Page:
    """Presses a button, and waits as long as pages that wait say, until the expected page is there."""
    page = await browser.post(*FormReader(page.response.text).fill(button, typed))
    while page.path != expected:
        if page.refreshes_to is None or page.refreshes_after is None:
            raise Failed(f"{page.path} in place of {expected}: {page.status} {page.problems}")
        await asyncio.sleep(page.refreshes_after)
        page = await browser.open(page.refreshes_to)
    return page


@asynccontextmanager
async def use_queues(broker_url: str, keys: str, mail: MailServer) -> AsyncIterator[tuple[Apply, Apply]]:
    """By messages, as a gateway of somebody else's would send them: whole applications, or starts without a wait."""
    async with connected_gateway(Settings(rabbitmq_url=broker_url, keys_commands=keys)) as gateway:

        async def start(importer: Importer) -> None:
            await gateway.publish(*gateway.start(_request(importer)))

        async def apply(importer: Importer) -> None:
            command, id = gateway.start(_request(importer))
            _expect(StartAccepted, await gateway.ask(command, id, REPLY_WITHIN))
            code = gateway.code(command.application_id, await mail.read_code(importer.contact))
            accepted = _expect(CodeAccepted, await gateway.ask(code, within=REPLY_WITHIN))
            details = gateway.details(command.application_id, gateway.granted(accepted))
            _expect(DetailsTaken, await gateway.ask(details, within=REPLY_WITHIN))
            await _receive_all(importer, mail)

        yield apply, start


def _request(importer: Importer) -> AccountRequest:
    return AccountRequest(company_name=importer.company, importer_number=importer.record_number, email=importer.owner)


def _expect(kind: type[R], reply: object) -> R:
    if not isinstance(reply, kind):
        raise Failed(f"{reply!r} in place of {kind.__name__}")
    return reply


async def _receive_all(importer: Importer, mail: MailServer) -> None:
    await mail.wait_for(importer.contact, 2)
    await mail.wait_for(importer.owner, 2)
