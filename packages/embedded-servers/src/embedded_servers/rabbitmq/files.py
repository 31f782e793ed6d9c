"""Finds RabbitMQ and Erlang on this machine: installed, or unpacked from the distribution's packages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from embedded_servers.errors import SetupError
from embedded_servers.messages import Progress, Warn
from embedded_servers.system_packages import apt, foreign
from embedded_servers.system_packages.distribution import identify_distribution

OLDEST = (3, 13)
"""The oldest supported version."""

CURRENT = (4, 0)
"""The recommended version: 3 has no default delivery limit, and does not check permissions on CC and BCC keys."""

SUITES = {"debian": "trixie", "ubuntu": "resolute"}
"""The suite of each distribution that has that version. It runs on older releases too; see `foreign`."""

NEEDLESS = (
    "adduser",
    "debconf",
    "dpkg",
    "init-system-helpers",
    "openssl",
    "passwd",
    "procps",
    "python3",
    "socat",
    "tar",
)
"""Dependencies of rabbitmq-server and its libraries that an unpacked server does not need."""

ERLANG = "usr/lib/erlang"


@dataclass(frozen=True)
class RabbitMQFiles:
    """A RabbitMQ server's start script and its Erlang."""

    server: Path
    erlang: Path

    @property
    def version(self) -> str:
        """The server's version, which its folder is named for."""
        return self.server.parent.parent.name.removeprefix("rabbitmq_server-")

    @property
    def epmd(self) -> Path:
        """Erlang's port mapper, which every node needs to start."""
        return self.erlang / "bin/epmd"

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables for running this Erlang from its folder."""
        return {"ERL_ROOTDIR": str(self.erlang), "PATH": f"{self.erlang}/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def locate(progress: Progress, warn: Warn) -> RabbitMQFiles:
    """The installed server if it is supported, or else an unpacked one, which the first call downloads.

    If the distribution's archives have no current one, this is their newest, with a warning.
    """
    files = search(Path("/"))
    if not files or _read_numbers(files) < OLDEST:
        files = unpack(progress)
    if _read_numbers(files) < CURRENT:
        current, oldest = (".".join(map(str, numbers)) for numbers in (CURRENT, OLDEST))
        support = "" if _read_numbers(files) >= OLDEST else f", and older than {oldest}, the oldest supported"
        warn(
            f"RabbitMQ {files.version} is all there is here{support}: it lacks what {current} brought, such as"
            " permissions on CC and BCC routing keys and a limit of deliveries by default"
        )
    return files


def _read_numbers(files: RabbitMQFiles) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", files.version)[:3])


def unpack(progress: Progress) -> RabbitMQFiles:
    """The server of the distribution's archives, which the first call downloads. Raises `SetupError`."""
    system = identify_distribution()
    suites = list(dict.fromkeys([SUITES.get(system.name, ""), system.codename]))
    name = "-".join(["rabbitmq", *suites])
    status, finish = partial(apt.pretend_installed, *NEEDLESS), partial(_adapt, home=apt.locate(name))
    tree = apt.unpack(name, ["rabbitmq-server"], status=status, suites=suites, finish=finish, progress=progress)
    foreign.check(tree)
    if unpacked := search(tree):
        return unpacked
    raise SetupError("the package rabbitmq-server holds no RabbitMQ in its usual place: install one")


def search(root: Path) -> RabbitMQFiles | None:
    """The newest server below this folder, if Erlang is there too."""
    erlang = root / ERLANG
    scripts = root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
    servers = [RabbitMQFiles(script, erlang) for script in scripts]
    if not servers or not (erlang / "bin/erl").is_file():
        return None
    return max(servers, key=_read_numbers)


def _adapt(tree: Path, home: Path) -> None:
    """Ties Erlang to the libraries of its release, and makes its scripts work outside /usr/lib."""
    foreign.adapt(tree, tree / ERLANG, home)
    for script in (tree / ERLANG).rglob("bin/*"):
        if script.is_file() and (text := script.read_bytes()).startswith(b"#!"):
            script.write_bytes(text.replace(b"ROOTDIR=/usr/lib/erlang", b'ROOTDIR="${ERL_ROOTDIR:-/usr/lib/erlang}"'))
