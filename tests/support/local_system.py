"""The whole local system as `make run` starts it, with its own mailbox and data directory."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded_servers import ports
from tests.support.waiting import until

READY_WITHIN = 300.0
ENDS_WITHIN = 30.0
"""Seconds from the signal to the end of everything, as `make run` promises."""


@dataclass(frozen=True)
class LocalSystem:
    """A running system."""

    folder: Path
    address: str
    environment: Mapping[str, str]

    async def restart(self, *services: str) -> str:
        """Restarts every process of these services, or of all; returns the output. Raises RuntimeError."""
        process = await _start(self.environment, "restart", *services, output=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"the restart ended with {process.returncode}: {said.decode()}")
        return said.decode()


@asynccontextmanager
async def local_system(folder: Path, told: Mapping[str, str]) -> AsyncIterator[LocalSystem]:
    """Runs the system during the block. Raises RuntimeError if it does not start, or does not stop as promised."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  # nothing else runs yet
    port = ports.pick()
    environment = {
        "ACE_DATA_DIR": str(folder),
        "ACE_GATEWAY_PORT": str(port),
        "ACE_CONSOLE_PROCESSES": "0",
        "ACE_CHALLENGE": "off",
        "ACE_RATE_LIMIT": "off",
        **told,
    }
    log = folder / "run.log"
    with log.open("wb") as output:
        process = await _start(environment, "run", output=output.fileno())
    try:

        async def ready() -> bool:
            if process.returncode is not None:
                raise RuntimeError(f"the system did not start, see {log}")
            return b"Ready after" in log.read_bytes()

        await until(ready, READY_WITHIN)
        yield LocalSystem(folder, f"http://127.0.0.1:{port}", environment)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the system ended with {process.returncode}, see {log}")


async def _start(environment: Mapping[str, str], *arguments: str, output: int) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.local",
        *arguments,
        env={**os.environ, **environment},
        stdin=DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
