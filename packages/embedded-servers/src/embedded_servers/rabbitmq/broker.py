"""A RabbitMQ broker: one node, on loopback only, with all of its data in one folder."""

import secrets
import socket
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from embedded_servers import data_folder, ports
from embedded_servers.messages import Progress, Warn, log_warning
from embedded_servers.program import Program, Running, answers, wait_until
from embedded_servers.rabbitmq import files as rabbitmq_files
from embedded_servers.rabbitmq.files import RabbitMQFiles
from embedded_servers.tls import Tls

READY_WITHIN = 180.0  # a busy machine may take many times as long as usual
DATA = "data"
UNMARKED = "3"  # what wrote a data folder without a mark: those of later releases have one
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"
CONFIGURATION = """\
{0.listeners}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {0.prometheus_port}
default_user = {0.user}
default_pass = {0.password}
default_user_tags.administrator = true
log.console = true
log.console.level = warning
log.console.use_colors = off
log.file = false
{0.configuration}
"""

LISTENERS = """\
listeners.tcp.1 = 127.0.0.1:{0.port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {0.management_port}"""
TLS_LISTENERS = """\
listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:{0.port}
ssl_options.cacertfile = {0.tls.ca}
ssl_options.certfile = {0.tls.server}
ssl_options.keyfile = {0.tls.server}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
management.ssl.ip = 127.0.0.1
management.ssl.port = {0.management_port}
management.ssl.cacertfile = {0.tls.ca}
management.ssl.certfile = {0.tls.server}
management.ssl.keyfile = {0.tls.server}
management.ssl.verify = verify_peer
management.ssl.fail_if_no_peer_cert = true"""


@dataclass
class RabbitMQ:
    """A broker with its data in `folder`. Several can run side by side, each in its own folder.

    As a context manager, it is ready inside the block and stopped after it. A program with a supervisor runs what
    `prepare` returns instead. `user` and `password` are the administrator's and only apply when the folder is new;
    `configuration` is added to rabbitmq.conf, `advanced` is advanced.config. With `tls`, AMQP and the management
    interface are TLS only.
    """

    folder: Path
    port: int = field(default_factory=ports.pick)
    management_port: int = field(default_factory=ports.pick)
    prometheus_port: int = field(default_factory=ports.pick)
    epmd_port: int = field(default_factory=ports.pick)
    distribution_port: int = field(default_factory=ports.pick)
    node: str = "rabbit@localhost"
    user: str = "guest"
    password: str = "guest"  # noqa: S105  # RabbitMQ's own default, on loopback only
    configuration: str = ""
    advanced: str = "[].\n"
    tls: Tls | None = None
    progress: Progress = nullcontext
    warn: Warn = log_warning
    _running: list[Running] = field(default_factory=list, init=False, repr=False)

    @property
    def url(self) -> str:
        """The address to connect to as the administrator; with TLS, it names the files as aio-pika wants them."""
        scheme, query = ("amqps", f"?cafile={self.tls.ca}&certfile={self.tls.client}") if self.tls else ("amqp", "")
        return f"{scheme}://{self.user}:{self.password}@{ports.HOST}:{self.port}/{query}"

    @property
    def management_url(self) -> str:
        """The management API and page."""
        return f"{'https' if self.tls else 'http'}://{ports.HOST}:{self.management_port}"

    @property
    def listeners(self) -> str:
        """The lines of rabbitmq.conf about what it listens on."""
        return (TLS_LISTENERS if self.tls else LISTENERS).format(self)

    def prepare(self) -> tuple[Program, Program]:
        """Writes the configuration; returns Erlang's port mapper and the server, to start in this order.

        Data that another release of RabbitMQ wrote is kept aside.
        """
        folder = self.folder.absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "rabbitmq.conf").write_text(CONFIGURATION.format(self))
        (folder / "advanced.config").write_text(self.advanced)
        (folder / "enabled_plugins").write_text(PLUGINS)
        cookie = folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex(20))
        files = rabbitmq_files.locate(self.progress, self.warn)
        data_folder.begin(folder / DATA, "RabbitMQ", files.version, UNMARKED, self.warn)
        return self._make_programs(folder, files)

    def _make_programs(self, folder: Path, files: RabbitMQFiles) -> tuple[Program, Program]:
        erlang = {**files.environment, "ERL_EPMD_PORT": str(self.epmd_port), "ERL_EPMD_ADDRESS": ports.HOST}
        server = {
            **erlang,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(folder / DATA),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # The start script execs the server, which shuts down cleanly on SIGTERM, instead of staying its parent.
            "RUNNING_UNDER_SYSTEMD": "true",
        }
        return Program("epmd", (str(files.epmd),), erlang), Program("rabbitmq", (str(files.server),), server)

    @property
    def ready(self) -> bool:
        """Whether it accepts connections and serves its management page; either may come last."""
        try:
            socket.create_connection((ports.HOST, self.port), 2).close()
        except OSError:
            return False
        return answers(self.management_url, self.tls.make_context() if self.tls else None)

    def wait_until_ready(self) -> None:
        """Returns once it is ready. Raises `SetupError` after `READY_WITHIN` seconds, or if it has ended."""
        wait_until(lambda: self.ready, f"RabbitMQ on port {self.port}", READY_WITHIN, self._running)

    def start(self) -> None:
        """Starts it without waiting. It dies with the calling thread. Raises `SetupError`."""
        self._running = [Running(program, self.folder / f"{program.name}.log") for program in self.prepare()]

    def stop(self) -> None:
        """Shuts it down cleanly, then its port mapper."""
        for running in reversed(self._running):
            running.stop(patience=20)
        self._running = []

    def kill(self) -> None:
        """Kills it with SIGKILL, like a crash; `start` brings it back with its data."""
        for running in reversed(self._running):
            running.kill()
        self._running = []

    def __enter__(self) -> Self:
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()
