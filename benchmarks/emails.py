"""What an email costs a mailer: to write it, and to hand it over to a mail server in another process.

`.venv/bin/python -m benchmarks.emails` prints for each kind the processor's time in milliseconds (medians of a few
rounds, which other work on the machine changes little), the most memory that writing one takes at once, and the email's
size. The aim is 2 ms an email, all in.
"""

import asyncio
import multiprocessing
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from datetime import timedelta
from multiprocessing.connection import Connection

import structlog
import uvloop

from services.notifier.mailer import Mailer
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from tests.support.mail_sink import mail_sink
from tests.support.written_emails import SETTINGS, Told, claimed, event, writer

ROUNDS, EMAILS = 7, 100
AT_ONCE = 8
TOLD = Told()
CODE = EmailKind.VERIFICATION_CODE


async def main(smtp_url: str) -> None:
    """Measures each kind."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    print(f"{'':24} {'write':>9} {'hand over':>12} {f'{AT_ONCE} at once':>12} {'memory':>10} {'size':>12}")
    for kind in EmailKind:
        due = _make_event(kind)
        mailer = Mailer(SETTINGS.model_copy(update={"smtp_url": smtp_url}), writer(kind))

        async def write(kind: EmailKind = kind, due=due) -> None:  # type: ignore[no-untyped-def]
            writer(kind).write(due, kind)

        async def hand_over(kind: EmailKind = kind, due=due, mailer: Mailer = mailer) -> None:  # type: ignore[no-untyped-def]
            result = await mailer.hand_over(due, claimed(kind), kind)
            assert result is not None  # noqa: S101
            assert result.status is EmailStatus.SENT, result  # noqa: S101  # else it is no figure

        async def hand_over_several(hand_over: Callable[[], Awaitable[None]] = hand_over) -> None:
            await asyncio.gather(*(hand_over() for _ in range(AT_ONCE)))

        size = len(writer(kind).write(due, kind).content)
        figures = [await _time(write), await _time(hand_over), await _time(hand_over_several, AT_ONCE)]
        wrote, alone, several = (f"{figure:9.2f} ms" for figure in figures)
        print(f"{kind:21} {wrote} {alone} {several} {_measure_memory(kind) / 1024:7.0f} KB {size:6} bytes")


async def _time(work: Callable[[], Awaitable[None]], emails: int = 1) -> float:
    """Milliseconds of this process for each email."""
    await work()
    took = []
    for _ in range(ROUNDS):
        before = time.process_time()
        for _ in range(EMAILS // emails):
            await work()
        took.append((time.process_time() - before) / (EMAILS // emails) / emails)
    return 1000 * statistics.median(took)


def _make_event(kind: EmailKind) -> CodeIssued | DigestDue | EmailDue:
    due = event(kind, TOLD)
    return due.model_copy(update={"expires_at": clock.now() + timedelta(hours=1)}) if kind is CODE else due


def _measure_memory(kind: EmailKind) -> int:
    due = _make_event(kind)
    tracemalloc.start()
    try:
        writer(kind).write(due, kind)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _serve(pipe: Connection) -> None:
    async def serve() -> None:
        async with mail_sink() as sink:
            pipe.send(sink.url)
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)

    asyncio.run(serve())


if __name__ == "__main__":
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    uvloop.run(main(ours.recv()))
    ours.send(None)
    server.join()
