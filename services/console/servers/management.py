"""The broker's management interface, for what AMQP does not offer: rates, length history, drift, alarms."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from services.console.output.exit_codes import Unavailable
from shared import clock
from shared.messaging.management import make_client, read_vhost
from shared.security import tls
from shared.settings.console import ManagementSettings

PAGE = 200
"""Queues per page."""

HISTORY, STEP = 60, 5
"""Seconds of a queue's lengths to ask for, and between two of them: no finer ones are kept."""


class Denied(Unavailable):
    """The interface does not know the operator's user or password, or shows this only to administrators."""


class Management:
    """The management interface, for one virtual host."""

    def __init__(self, api: httpx.AsyncClient, vhost: str) -> None:
        self._api = api
        self._encoded = quote(vhost, safe="")

    async def list_queues(self, *, lengths: bool = False) -> list[dict[str, Any]]:
        """Every queue of the virtual host, from all pages; if asked for, with its lengths over the last minute."""
        series = {"lengths_age": HISTORY, "lengths_incr": STEP} if lengths else {}
        found: list[dict[str, Any]] = []
        page, pages = 1, 1
        while page <= pages:
            asked = {"page": page, "page_size": PAGE, "pagination": "true", **series}
            answer = await self._get(f"queues/{self._encoded}", asked)
            found += answer["items"]
            page, pages = page + 1, answer["page_count"]
        return found

    async def list_objects(self, what: str) -> list[dict[str, Any]]:
        """The virtual host's ``exchanges``, ``bindings``, ``policies``, ``permissions`` and so on."""
        within = {"permissions": f"vhosts/{self._encoded}/permissions"}
        within["topic-permissions"] = f"vhosts/{self._encoded}/topic-permissions"
        within["user-limits"] = "user-limits"
        within["connections"] = f"vhosts/{self._encoded}/connections"
        found: list[dict[str, Any]] = await self._get(within.get(what, f"{what}/{self._encoded}"))
        return found

    async def list_nodes(self) -> list[dict[str, Any]]:
        """The broker's nodes, with their alarms."""
        found: list[dict[str, Any]] = await self._get("nodes")
        return found

    async def read_clock(self) -> datetime:
        """The broker's clock, to the second."""
        with explain_management_errors():
            answer = await self._api.get("overview")
        return parsedate_to_datetime(answer.headers["date"]) if "date" in answer.headers else clock.now()

    async def _get(self, path: str, asked: dict[str, Any] | None = None) -> Any:
        with explain_management_errors():
            answer = await self._api.get(path, params=asked)
            answer.raise_for_status()
            return answer.json()


@asynccontextmanager
async def open_management(settings: ManagementSettings) -> AsyncIterator[Management | None]:
    """The management interface; None if no setting names one. Its methods raise `Unavailable`."""
    if settings.rabbitmq_management_url is None:
        yield None
        return
    broker = settings.need("rabbitmq_url")
    async with make_client(str(settings.rabbitmq_management_url), broker) as api:
        yield Management(api, read_vhost(broker))


@contextmanager
def explain_management_errors() -> Iterator[None]:
    """Turns the interface's failures into `Unavailable`."""
    setting = "(ACE_RABBITMQ_MANAGEMENT_URL)"
    try:
        yield
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        reason = f"it answered {status} to {error.request.method} {error.request.url.path}"
        kind = Denied if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else Unavailable
        raise kind(f"the broker's management refuses: {reason} {setting}") from None
    except (httpx.HTTPError, ssl.SSLError) as error:  # a refused certificate arrives too late for httpx to wrap it
        if explained := tls.BROKER.explain_failure(error):
            raise Unavailable(f"the broker's management: {explained}") from None
        raise Unavailable(f"the broker's management is away: {type(error).__name__} {setting}") from None
    except (ValueError, KeyError) as error:
        raise Unavailable(
            f"the broker's management sent an invalid response: {type(error).__name__} {setting}"
        ) from None
