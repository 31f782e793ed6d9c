"""Replays and discards dead letters. Each action is recorded before it is done, and nothing is lost in between.

A replay is published and confirmed before its dead letter is acknowledged. If that is interrupted, the message is
both in its queue and among the dead letters: a repeat, which handlers recognize by its id.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import DeliveryError, PublishError

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.dead_letter import HeldDeadLetter, can_be_replayed, make_replay
from services.console.dead_letters.judging import judge_dead_letters
from services.console.dead_letters.pace import Pace
from services.console.dead_letters.prospects import Outlook, Prospect
from services.console.dead_letters.selection import Wanted, hold_dead_letters
from services.console.output.deadline import note_progress
from services.console.output.exit_codes import Unavailable, complain
from shared import clock
from shared.messaging import headers, topology
from shared.messaging.stamp_proof import overwrites_stamps
from shared.messaging.topology import WorkQueue
from shared.security.redaction import redact
from shared.storage.audit import AuditEntry
from shared.storage.database import Database

ROUND = 600.0
"""Seconds that messages are held at most: the broker closes a channel that holds one for half an hour."""

CONFIRMED_WITHIN = 8.0
"""Seconds that the broker may take to confirm a replay: ample for a queue to elect a new leader."""

REPLAY, DISCARD = "replay", "discard"


@dataclass(frozen=True)
class Operator:
    """Who acts, and why. `name` is the operator's; `user` is the broker user they act as."""

    name: str
    user: str
    why: str | None = None


class DeadLetterActions:
    """One command's work on its selected dead letters."""

    def __init__(
        self,
        connection: AbstractConnection,
        database: Database,
        operator: Operator,
        *,
        rate: float | None = None,
        tell: Callable[[AuditEntry], None] = lambda entry: None,
        warn: Callable[[str], None] = complain,
    ) -> None:
        """`tell` hears of each action, `warn` of what is kept and why, a line each."""
        self._connection = connection
        self._database = database
        self._operator = operator
        self._pace = Pace(rate)
        self._tell = tell
        self._warn = warn

    async def preview(self, wanted: Wanted, action: str) -> ActionResult:
        """What `replay` or `discard` would do, without doing it."""
        tally = ActionResult(action)

        async def look(queue: WorkQueue) -> None:
            async with hold_dead_letters(self._connection, queue, self._operator.user) as found:
                for each, outlook in await self._select(found, wanted, set()):
                    self._count(each, outlook, queue, tally, set())

        await self._go_through(wanted, tally, look)
        return tally

    async def _go_through(
        self, wanted: Wanted, tally: ActionResult, work: Callable[[WorkQueue], Awaitable[None]]
    ) -> None:
        """Works on each queue. One that cannot be read holds up no other. Raises `Unavailable` if none can."""
        for queue in wanted.queues:
            try:
                await work(queue)
            except Unavailable as error:
                tally.passed_over.append(str(error))
                if len(tally.passed_over) == len(wanted.queues):
                    raise

    async def _select(
        self, found: list[HeldDeadLetter], wanted: Wanted, settled: Collection[str]
    ) -> list[tuple[HeldDeadLetter, Outlook]]:
        """The selected ones not handled yet, each with what a replay would achieve."""
        named = [each for each in found if wanted.matches(each.letter) and each.letter.id not in settled]
        outlooks = await judge_dead_letters(self._database, [each.letter for each in named], clock.now())
        meant = zip(named, outlooks, strict=True)
        return [(each, one) for each, one in meant if not (wanted.hopeless and one.prospect is Prospect.HELPS)]

    async def replay(self, wanted: Wanted, tally: ActionResult | None = None) -> ActionResult:
        """Replays the selected dead letters, each once even if it is dead again at once.

        `tally`: what to count in, for somebody who watches.
        """
        async with self._open_replay_exchange() as exchange:
            is_stamped = await overwrites_stamps(self._connection, topology.REPLAY)

            async def send(each: HeldDeadLetter, queue: WorkQueue) -> bool:
                if not is_stamped:
                    headers.drop_stamp(each.raw)
                return await self._send_back(exchange, each, queue)

            return await self._act_on_selected(wanted, tally or ActionResult(REPLAY), send)

    async def discard(self, wanted: Wanted, tally: ActionResult | None = None) -> ActionResult:
        """Discards the selected dead letters. `tally`: what to count in, for somebody who watches."""

        async def throw(each: HeldDeadLetter, _queue: WorkQueue) -> bool:
            letter = each.letter
            if letter.application and (message_id := _parse_id(letter.id)):
                await self._database.applications.unmark(letter.application, message_id)
                await self._database.email_status.unmark(letter.application, message_id)
            await each.raw.ack()
            return True

        return await self._act_on_selected(wanted, tally or ActionResult(DISCARD), throw)

    async def _act_on_selected(
        self, wanted: Wanted, tally: ActionResult, do: Callable[[HeldDeadLetter, WorkQueue], Awaitable[bool]]
    ) -> ActionResult:
        async def work(queue: WorkQueue) -> None:
            settled: set[str] = set()
            while await self._work_one_round(wanted, queue, tally, settled, do):
                pass

        try:
            await self._go_through(wanted, tally, work)
        except BaseException:
            self._warn(f"stopped early; {tally.done:,} were done: see acectl audit list")
            raise
        return tally

    async def _work_one_round(
        self,
        wanted: Wanted,
        queue: WorkQueue,
        tally: ActionResult,
        settled: set[str],
        do: Callable[[HeldDeadLetter, WorkQueue], Awaitable[bool]],
    ) -> bool:
        """Works through a queue's dead letters for one round; returns whether more may be left."""
        over = time.monotonic() + ROUND
        async with hold_dead_letters(self._connection, queue, self._operator.user) as found:
            meant = await self._select(found, wanted, settled)
            sound = [each for each, outlook in meant if self._count(each, outlook, queue, tally, settled)]
            rest = iter(sound)
            while together := list(islice(rest, self._pace.together)):
                await self._pace.wait(len(together))
                await self._database.audit.add([self._make_entry(each, tally.action) for each in together])
                outcomes = await asyncio.gather(*(do(each, queue) for each in together))
                settled.update(each.letter.id for each in together)
                tally.done += sum(outcomes)
                if any(outcomes):
                    note_progress()
                tally.kept += (kept := len(outcomes) - sum(outcomes))
                tally.found[queue.name] -= kept
                if time.monotonic() > over:
                    tally.found[queue.name] -= len(left := list(rest))
                    return bool(left)
        return False

    def _count(
        self, each: HeldDeadLetter, outlook: Outlook, queue: WorkQueue, tally: ActionResult, settled: set[str]
    ) -> bool:
        """Counts a selected one; returns whether it can be handled. One that cannot is kept."""
        tally.judge(each.letter, outlook)
        if tally.action == REPLAY and outlook.prospect is not Prospect.HELPS:
            tally.kept += 1
            settled.add(each.letter.id)
            return False
        if tally.action == REPLAY and not can_be_replayed(each.letter):
            tally.kept += 1
            settled.add(each.letter.id)
            self._warn(f"{each.letter.id} is kept: it names a first sender, but none of our own users wrote that")
            return False
        tally.found[queue.name] = tally.found.get(queue.name, 0) + 1
        return True

    async def _send_back(self, exchange: AbstractExchange, each: HeldDeadLetter, queue: WorkQueue) -> bool:
        message = make_replay(each, queue, self._operator.user, clock.now())
        try:
            await exchange.publish(message, queue.name, mandatory=True, timeout=CONFIRMED_WITHIN)
        except (DeliveryError, PublishError, TimeoutError) as error:
            self._warn(f"{each.letter.id} is kept: the broker did not confirm its replay ({type(error).__name__})")
            await self._database.audit.add([self._make_entry(each, f"not-{REPLAY}ed")])
            return False
        await each.raw.ack()
        return True

    @asynccontextmanager
    async def _open_replay_exchange(self) -> AsyncIterator[AbstractExchange]:
        async with self._connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
            yield await channel.get_exchange(topology.REPLAY, ensure=True)

    def _make_entry(self, each: HeldDeadLetter, action: str) -> AuditEntry:
        letter = each.letter
        entry = AuditEntry(
            at=clock.now(),
            who=self._operator.name,
            action=action,
            queue=letter.queue,
            message_id=letter.id,
            type=letter.type,
            application=letter.application,
            cause=letter.reason,
            why=redact(self._operator.why),
        )
        self._tell(entry)
        return entry


def _parse_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
