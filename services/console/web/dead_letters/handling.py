"""Where the console's pages read and handle dead letters.

Reading a queue takes its messages out for a moment, and only one reader may: pages wait for each other here. A replay
or discard goes on in the background, one at a time, and does what `acectl dead` does, with the login's name.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.audit_log import describe_entry
from services.console.dead_letters.dead_letter import HeldDeadLetter
from services.console.dead_letters.reading import read_selected
from services.console.dead_letters.replay import REPLAY, DeadLetterActions, Operator
from services.console.dead_letters.selection import Wanted
from services.console.output.exit_codes import Unavailable
from services.console.servers.broker import connect_broker
from services.console.web.dead_letters.background_action import BackgroundAction
from shared.messaging.amqp import read_user
from shared.settings.groups import BrokerSettings
from shared.storage.audit import AuditEntry
from shared.storage.database import Database

log = structlog.get_logger()

READ_WITHIN = 12.0
"""Seconds that reading may take. Whatever is broken, a page says so within 15 s."""


class Busy(Exception):
    """An action goes on: the next has to wait for its end."""


class DeadLetterHandling:
    """The dead letters, for all pages of this process."""

    def __init__(self, settings: BrokerSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.latest: BackgroundAction | None = None
        """The action that goes on, or the last one that did."""

    async def read(self, wanted: Wanted) -> tuple[list[HeldDeadLetter], list[Unavailable]]:
        """The selected dead letters, and why some queues could not be read. Raises `Unavailable`."""
        async with self._take_turn():
            return await read_selected(self._settings, wanted)

    async def preview(self, wanted: Wanted, action: str, operator: str) -> tuple[ActionResult, list[str]]:
        """What an action would do, and what it would keep for other reasons. Raises `Unavailable`."""
        notes: list[str] = []
        async with self._take_turn(), connect_broker(self._settings) as connection:
            who = self._name(operator, None)
            actions = DeadLetterActions(connection, self._database, who, warn=notes.append)
            return await actions.preview(wanted, action), notes

    def begin(self, action: BackgroundAction) -> None:
        """Begins an action. Raises `Busy`."""
        if self._task and not self._task.done():
            raise Busy
        self.latest = action
        self._task = asyncio.create_task(action.run(self._work))

    async def close(self) -> None:
        """Ends the action that goes on. What was done stays; the rest goes back among the dead letters."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _work(self, action: BackgroundAction) -> None:
        async with self._turn:
            pass  # whoever reads now comes to an end; later readers are told who holds the queue
        async with connect_broker(self._settings) as connection:
            who = self._name(action.operator, action.why)
            actions = DeadLetterActions(
                connection, self._database, who, rate=action.rate, tell=_announce, warn=action.note
            )
            do = actions.replay if action.result.action == REPLAY else actions.discard
            await do(action.wanted, action.result)

    def _name(self, operator: str, why: str | None) -> Operator:
        return Operator(operator, read_user(self._settings.need("rabbitmq_url")), why)

    @asynccontextmanager
    async def _take_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(READ_WITHIN), self._turn:
                yield
        except TimeoutError:
            raise Unavailable("reading the dead letters took too long: try again") from None


def _announce(entry: AuditEntry) -> None:
    log.warning("an action on a dead letter", **describe_entry(entry))
