"""Finds RabbitMQ and Erlang on this machine: installed, or unpacked from the distribution's packages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_servers import apt
from embedded_servers.apt import Progress
from embedded_servers.errors import SetupError
from embedded_servers.shared_libraries import library_path

OLDEST = (3, 10)
"""The first version with time-to-live and at-least-once dead-lettering in quorum queues."""


@dataclass(frozen=True)
class RabbitMQFiles:
    """A RabbitMQ server's start script and its Erlang."""

    server: Path
    erlang: Path
    library_path: str

    @property
    def epmd(self) -> Path:
        """Erlang's port mapper, which every node needs to start."""
        return self.erlang / "bin/epmd"

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables for running this Erlang from its folder."""
        variables = {"ERL_ROOTDIR": str(self.erlang), "PATH": f"{self.erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        return {**variables, "LD_LIBRARY_PATH": self.library_path} if self.library_path else variables


def locate(progress: Progress) -> RabbitMQFiles:
    """The installed server if it is new enough; otherwise an unpacked one, which the first call downloads."""
    if installed := _search(Path("/")):
        return installed
    packages = ["rabbitmq-server"]
    tree = apt.unpack("rabbitmq", packages, r"erlang-.*|rabbitmq-server", _make_erlang_movable, progress)
    if unpacked := _search(tree):
        return unpacked
    oldest = ".".join(map(str, OLDEST))
    raise SetupError(f"this system's packages have no RabbitMQ {oldest} or newer: run it in a container instead")


def _search(root: Path) -> RabbitMQFiles | None:
    erlang = root / "usr/lib/erlang"
    scripts = root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
    servers = [script for script in scripts if _version(script) >= OLDEST]
    if not servers or not (erlang / "bin/erl").is_file():
        return None
    return RabbitMQFiles(max(servers, key=_version), erlang, "" if root == Path("/") else library_path(root))


def _version(server: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", server.parent.parent.name)[:3])


def _make_erlang_movable(tree: Path) -> None:
    """Makes Debian's `erl`, which assumes its installed path, respect ERL_ROOTDIR."""
    for script in ("usr/lib/erlang/bin/erl", "usr/lib/erlang/bin/start_erl"):
        file = tree / script
        if file.is_file():
            text = file.read_text().replace("ROOTDIR=/usr/lib/erlang", 'ROOTDIR="${ERL_ROOTDIR:-/usr/lib/erlang}"')
            file.write_text(text)
