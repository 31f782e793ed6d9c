"""Gathers what is asked of the database at the same moment into one round trip."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from shared.domain.errors import TransientFailure

WAIT = 0.005
"""Seconds that a question waits for others while a round trip is on its way. If none is, it goes at once."""

MOST = 100
"""How many questions share a round trip."""

Q = TypeVar("Q")
A = TypeVar("A")


class Batches(Generic[Q, A]):
    """Asks many questions at once. `answer` returns the answers in order; one that is an exception is raised.

    If a round trip fails, each of its questions fails; a failure that is not transient may be one question's alone, so
    each is then asked by itself. Who stops waiting for an answer stops nobody else's.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Awaitable[Sequence[A | BaseException]]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._timer: asyncio.Handle | None = None

    async def ask(self, question: Q) -> A:
        """The answer to this question. Raises what the round trip, or the answer to this question, raises."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, answered))
        if len(self._waiting) >= MOST:
            self._send()
        elif self._timer is None:
            self._timer = loop.call_later(WAIT, self._send) if self._under_way else loop.call_soon(self._send)
        return await answered

    def _send(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting = self._waiting, []
        if batch:
            task = asyncio.get_running_loop().create_task(self._ask_all(batch))
            self._under_way.add(task)
            task.add_done_callback(self._go_on)

    def _go_on(self, done: asyncio.Task[None]) -> None:
        self._under_way.discard(done)
        if not self._under_way:
            self._send()

    async def _ask_all(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A | BaseException]
        try:
            answers = await self._answer([question for question, _ in batch])
        except TransientFailure as failure:
            answers = [failure] * len(batch)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who asked have to know
            if len(batch) > 1:
                await asyncio.gather(*(self._ask_all([each]) for each in batch))
                return
            answers = [error]
        for (_, answered), answer in zip(batch, answers, strict=True):
            if answered.done():  # its delivery was canceled
                continue
            if isinstance(answer, BaseException):
                answered.set_exception(answer)
            else:
                answered.set_result(answer)
