"""What the mail server does to emails."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from tests.chaos.injection.scene import Scene
from tests.support.mail_sink import ACCEPTED, CUT, MailSink


def answer(text: str) -> Callable[[Scene], Awaitable[None]]:
    """The mail server gives this response to every email for a while."""

    async def inject(scene: Scene) -> None:
        sink = scene.system.sink
        before = _refused(sink)
        async for turn in scene.turns(3):
            sink.answers["DATA"] = text if turn % 2 == 0 else ACCEPTED
        scene.injected += _refused(sink) - before

    return inject


def _refused(sink: MailSink) -> int:
    return len(sink.received) - len(sink.accepted)


async def slow_mail(scene: Scene) -> None:
    scene.system.sink.pause = 4.0
    scene.injected += 1
    await asyncio.sleep(scene.seconds)


async def cut_mail(scene: Scene) -> None:
    """The mail server accepts an email, but the connection ends before it says so."""
    before = _cut(scene.system.sink)
    scene.system.sink.cuts = itertools.cycle((False, False, True))
    await asyncio.sleep(scene.seconds)
    scene.injected += _cut(scene.system.sink) - before


def _cut(sink: MailSink) -> int:
    return sum(email.answer == CUT for email in sink.received)
