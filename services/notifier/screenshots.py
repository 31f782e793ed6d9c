"""Pictures of letters, taken by the Chromium that this machine or the tests' set-up has.

The browser is spoken to over a pipe, by its DevTools protocol: requests and answers in JSON, each ended by a NUL.
"""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import IO, Any, Literal, cast

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCHED = "ace-portal-account-application/*/chromium/browser"
"""Where, in the user's cache, the tests' set-up puts the browser that it fetches (`deploy.local.chromium`)."""

PATIENCE = 120
"""Seconds after which a browser that still runs is stopped."""

Scheme = Literal["light", "dark"]


class Trouble(Exception):
    """The browser does not do what it is asked."""


def found() -> str | None:
    """The browser's program: the one that the tests' set-up fetched, or else the system's. None where there is none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return next(filter(None, (*map(str, cache.glob(FETCHED)), *map(shutil.which, PROGRAMS))), None)


@dataclass
class Browser:
    """A page in a browser without a window."""

    _requests: IO[bytes]
    _answers: IO[bytes]
    _session: str | None = None
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def begin(self) -> None:
        """Opens the page."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to one request, past all events. Raises `Trouble`."""
        request = {"id": next(self._ids), "method": method, "params": parameters}
        if self._session:
            request["sessionId"] = self._session
        try:
            self._requests.write(json.dumps(request).encode() + b"\0")
            self._requests.flush()
        except BrokenPipeError:
            raise Trouble("it does not start, or has ended") from None
        while (answer := self._next()).get("id") != request["id"]:
            pass
        if "error" in answer:
            raise Trouble(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def show(self, html: str, width: int, scheme: Scheme) -> None:
        """Shows a letter, as high as it is."""
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        frame = self.ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.ask("Page.setDocumentContent", frameId=frame, html=html)
        whole = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        self.ask("Emulation.setDeviceMetricsOverride", **{**size, "height": whole["height"]})

    def picture(self) -> bytes:
        """What is shown, as a PNG."""
        return b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def _next(self) -> dict[str, Any]:
        read = bytearray()
        while (symbol := self._answers.read(1)) != b"\0":
            if not symbol:
                raise Trouble("it does not start, or has ended")
            read += symbol
        message: dict[str, Any] = json.loads(read)
        return message


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """A browser while the block runs, with a profile of its own."""
    options = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--hide-scrollbars")
    with TemporaryDirectory(prefix="ace-", ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(  # noqa: S603
            [
                *("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1', program),
                *("--remote-debugging-pipe", f"--user-data-dir={profile}", *options),
                "--no-sandbox",  # which needs rights that root and containers lack; it reads nothing but our letters
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        requests, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        deadline = Timer(PATIENCE, process.kill)
        deadline.start()
        try:
            begun = Browser(requests, answers)
            begun.begin()
            yield begun
            begun.ask("Browser.close")
        finally:
            deadline.cancel()
            process.kill()
            process.wait()
            answers.close()
            with suppress(BrokenPipeError):
                requests.close()
