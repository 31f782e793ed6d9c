"""A MongoDB server: a replica set of one, on loopback only, with all of its data in one folder."""

import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote_plus

from embedded_servers import data_folder, ports
from embedded_servers.messages import Progress, Warn, log_warning
from embedded_servers.mongodb import files as mongodb_files
from embedded_servers.mongodb import replica_set
from embedded_servers.program import Program, Running, wait_until
from embedded_servers.tls import Tls

READY_WITHIN = 180.0  # a busy machine may take many times as long as usual
UNMARKED = "6.0"  # what wrote a data folder without a mark: later ones have one
DATA = "data"
KEY = "key"
"""The file with the key by which a server that has users proves that it is the same server."""


@dataclass
class MongoDB:
    """A server with its data in `folder`. Several can run side by side, each in its own folder.

    With a `user`, it has that administrator, and lets nobody in without a user and password. Data from before then
    stays as it was.

    With `tls`, it takes TLS only.

    As a context manager, it is ready inside the block and stopped after it. A program with a supervisor runs what
    `prepare` returns instead.
    """

    folder: Path
    port: int = field(default_factory=ports.pick)
    user: str | None = None
    password: str = ""
    tls: Tls | None = None
    progress: Progress = nullcontext
    warn: Warn = log_warning
    _running: Running | None = field(default=None, init=False, repr=False)

    @property
    def url(self) -> str:
        """The address to connect to."""
        login = f"{quote_plus(self.user)}:{quote_plus(self.password)}@" if self.user else ""
        files = f"&tls=true&tlsCAFile={self.tls.ca}&tlsCertificateKeyFile={self.tls.client}" if self.tls else ""
        return f"mongodb://{login}{self.host}/?replicaSet={replica_set.NAME}&directConnection=true{files}"

    @property
    def host(self) -> str:
        """Address and port, as the replica set names its member."""
        return f"{ports.HOST}:{self.port}"

    def prepare(self) -> Program:
        """Creates the folder; returns the server's program.

        Data that another release of MongoDB wrote is kept aside.
        """
        data = self.folder.absolute() / DATA
        server = mongodb_files.locate(self.progress)
        data_folder.begin(data, "MongoDB", server.version, UNMARKED, self.warn)
        command = (
            *(str(server.program), "--replSet", replica_set.NAME, "--bind_ip", ports.HOST, "--port", str(self.port)),
            *("--dbpath", str(data), "--nounixsocket", "--quiet", "--wiredTigerCacheSizeGB", "0.5"),
            # A set of one has no other member to hand over to, so do not wait for one when stopping.
            *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
            *(("--keyFile", str(self._key_file())) if self.user else ()),
            *(_require_tls(self.tls) if self.tls else ()),
        )
        return Program("mongod", command, server.environment)

    @property
    def ready(self) -> bool:
        """Whether it accepts writes. Initiates the replica set, and creates the administrator, if there is none yet."""
        if self.user is None:
            return replica_set.ensure_writable(self.host, self.host, tls=self.tls)
        key = self._key_file().read_text()
        return replica_set.ensure_writable(self.host, self.host, key, self.tls) and replica_set.ensure_administrator(
            self.host, key, self.user, self.password, self.tls
        )

    def _key_file(self) -> Path:
        """The key file; the first call makes it."""
        file = self.folder.absolute() / KEY
        if not file.is_file():
            partial = file.with_suffix(".partial")
            partial.touch(mode=0o600)
            partial.write_text(secrets.token_hex(32))
            partial.rename(file)
        return file

    def wait_until_ready(self) -> None:
        """Returns once it accepts writes. Raises `SetupError` after `READY_WITHIN` seconds, or if it has ended."""
        running = [self._running] if self._running else []
        wait_until(lambda: self.ready, f"MongoDB on port {self.port}", READY_WITHIN, running)

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


def _require_tls(tls: Tls) -> tuple[str, ...]:
    return (*("--tlsMode", "requireTLS"), *("--tlsCAFile", str(tls.ca)), *("--tlsCertificateKeyFile", str(tls.server)))
