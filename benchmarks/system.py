"""A system as a checkout's own `make run` starts it, in a folder and on ports of its own."""

import asyncio
import os
import re
import shutil
import subprocess
from asyncio.subprocess import DEVNULL, STDOUT
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded_servers import ports
from tests.support.waiting import until

READY_WITHIN = 600.0
ENDS_WITHIN = 40.0
PORTS = ("GATEWAY", "CONSOLE", "RABBITMQ", "RABBITMQ_MANAGEMENT", "MONGODB", "INBOX", "SMTP")
PLACE = re.compile(r"^ *(Form|Broker|Broker management|Database): +(\S+)$", re.MULTILINE)
"""What `make run` prints once everything is ready."""


@dataclass(frozen=True)
class System:
    """A running system: its data folder, and the addresses that it printed."""

    folder: Path
    places: Mapping[str, str]

    def read_secret(self, file: str, name: str) -> str:
        """A line of one of the folder's files of keys and passwords."""
        for line in (self.folder / file).read_text().splitlines():
            key, _, value = line.partition("=")
            if key == name:
                return value
        raise KeyError(name)

    @property
    def gateway_broker_url(self) -> str:
        """The broker's address for the user `gateway`."""
        password = self.read_secret("broker-passwords.env", "gateway")
        return re.sub(r"//.*@", f"//gateway:{password}@", self.places["Broker"])


@asynccontextmanager
async def run_system(checkout: Path, folder: Path, told: Mapping[str, str], cores: str = "") -> AsyncIterator[System]:
    """Runs a checkout's system during the block, on certain cores (as taskset names them) or all.

    Raises RuntimeError if it does not start.
    """
    folder.mkdir(parents=True)  # noqa: ASYNC240  # nothing else runs yet
    environment = {f"ACE_{name}_PORT": str(ports.pick()) for name in PORTS}
    environment |= {
        "ACE_DATA_DIR": str(folder),
        "ACE_CHALLENGE": "off",
        "ACE_RATE_LIMIT": "off",
        "ACE_KEEP_TRACES": "off",
    }
    environment |= told
    pinned = ("taskset", "--cpu-list", cores) if cores else ()
    log = folder / "run.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *pinned, "deploy/local/bootstrap.sh", "-m", "deploy.local", "run",
            cwd=checkout, env={**os.environ, **environment}, stdin=DEVNULL, stdout=output, stderr=STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:

        async def is_ready() -> bool:
            if process.returncode is not None:
                raise RuntimeError(f"{checkout} did not start, see {log}")
            return b"Ready after" in log.read_bytes() and b"Database:" in log.read_bytes()

        await until(is_ready, READY_WITHIN)
        yield System(folder, {match[1]: match[2] for match in PLACE.finditer(log.read_text())})
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()


def check_out(commit: str, folder: Path) -> Path:
    """A clone of this repository at a commit, made on the first call."""
    checkout = folder / commit
    if not checkout.exists():
        partial = folder / f"{commit}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        _ask_git("clone", "--quiet", "--no-checkout", ".", str(partial))
        _ask_git("-C", str(partial), "checkout", "--quiet", "--detach", commit)
        partial.rename(checkout)
    return checkout


def name_commit(checkout: Path) -> str:
    """The commit that a checkout is at, with a plus sign if its files differ from it."""
    changed = _ask_git("-C", str(checkout), "status", "--porcelain", "--untracked-files=no")
    return _ask_git("-C", str(checkout), "rev-parse", "--short=7", "HEAD") + ("+" if changed else "")


def _ask_git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), capture_output=True, text=True, check=True).stdout.strip()
