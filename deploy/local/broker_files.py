"""Where RabbitMQ and Erlang are on this machine: installed, or else unpacked from the distribution's packages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import libraries, packages
from deploy.local.machine import Trouble

OLDEST = (3, 10)  # the first with time-to-live and at-least-once dead letters in quorum queues


@dataclass(frozen=True)
class BrokerFiles:
    """A RabbitMQ server's start script, and the Erlang that runs it."""

    server: Path
    erlang: Path
    library_path: str

    @property
    def epmd(self) -> Path:
        """Erlang's port mapper, without which no node starts."""
        return self.erlang / "bin/epmd"

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs to run this Erlang from where it is."""
        found = {"ERL_ROOTDIR": str(self.erlang), "PATH": f"{self.erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        return {**found, "LD_LIBRARY_PATH": self.library_path} if self.library_path else found


def find() -> BrokerFiles:
    """The installed server if it is new enough, or else an unpacked one, downloaded on the first call."""
    installed = _in(Path("/"))
    if installed:
        return installed
    tree = packages.unpacked("rabbitmq", ["rabbitmq-server"], r"erlang-.*|rabbitmq-server", _make_erlang_movable)
    found = _in(tree)
    if found is None:
        wanted = ".".join(map(str, OLDEST))
        raise Trouble(f"this system's packages hold no RabbitMQ {wanted} or newer: use `docker compose up` instead")
    return found


def _in(root: Path) -> BrokerFiles | None:
    erlang = root / "usr/lib/erlang"
    servers = [
        server
        for server in root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
        if _version(server) >= OLDEST
    ]
    if not servers or not (erlang / "bin/erl").is_file():
        return None
    return BrokerFiles(max(servers, key=_version), erlang, "" if root == Path("/") else libraries.path_in(root))


def _version(server: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", server.parent.parent.name)[:3])


def _make_erlang_movable(tree: Path) -> None:
    """Debian's `erl` knows one place only: let it ask ERL_ROOTDIR first."""
    for script in ("usr/lib/erlang/bin/erl", "usr/lib/erlang/bin/start_erl"):
        file = tree / script
        if file.is_file():
            text = file.read_text().replace("ROOTDIR=/usr/lib/erlang", 'ROOTDIR="${ERL_ROOTDIR:-/usr/lib/erlang}"')
            file.write_text(text)
