"""The servers that `make run` starts unless settings name others: broker, database, inbox, store of traces."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.processes.supervision import ProgramGroup
from deploy.local.screen import terminal
from embedded_servers import ports
from embedded_servers.mongodb import MongoDB
from embedded_servers.program import Program, answers, wait_until
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.broker_admin import make_advanced_configuration, make_configuration
from shared.settings.processes import Settings

NODE = "ace@localhost"
OPERATOR = PASSWORD = "ace"  # noqa: S105  # on loopback only, and documented


class Servers:
    """RabbitMQ, MongoDB, the inbox and the store of traces; each only if the settings name no other server."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self.rabbitmq = self.mongodb = self.inbox = None
        if settings.rabbitmq_url is None:
            self.rabbitmq = RabbitMQ(
                folder / "rabbitmq",
                settings.rabbitmq_port,
                settings.rabbitmq_management_port,
                node=NODE,
                user=OPERATOR,
                password=PASSWORD,
                configuration=make_configuration(),
                advanced=make_advanced_configuration(),
                progress=terminal.step,
                warn=terminal.warn,
            )
        if settings.mongodb_url is None:
            self.mongodb = MongoDB(
                folder / "mongodb",
                settings.mongodb_port,
                user=OPERATOR,
                password=PASSWORD,
                progress=terminal.step,
                warn=terminal.warn,
            )
        if settings.smtp_url is None:
            self.inbox = Program("inbox", (sys.executable, "-m", "deploy.local", "inbox"))
        self.traces: Program | None = None
        self.trace_store_url: str | None = None
        if settings.traces_url is None and settings.keep_traces:
            port = ports.pick()
            self.traces = Program("traces", (sys.executable, "-m", "deploy.local", "traces", str(port)))
            self.trace_store_url = f"http://{ports.HOST}:{port}"

    @property
    def ports(self) -> Mapping[str, int]:
        """The ports that these servers need, by setting."""
        needed: dict[str, int] = {}
        if self.rabbitmq:
            needed["ACE_RABBITMQ_PORT"] = self.rabbitmq.port
            needed["ACE_RABBITMQ_MANAGEMENT_PORT"] = self.rabbitmq.management_port
        if self.mongodb:
            needed["ACE_MONGODB_PORT"] = self.mongodb.port
        if self.inbox:
            needed["ACE_SMTP_PORT"] = self._settings.smtp_port
            needed["ACE_INBOX_PORT"] = self._settings.inbox_port
        return needed

    @property
    def broker_url(self) -> str:
        """The broker, as its operator."""
        return self.rabbitmq.url if self.rabbitmq else self._settings.need("rabbitmq_url")

    @property
    def management_url(self) -> str | None:
        """The broker's management interface; None if unknown."""
        if self.rabbitmq:
            return self.rabbitmq.management_url
        return str(self._settings.rabbitmq_management_url) if self._settings.rabbitmq_management_url else None

    @property
    def broker_metrics_port(self) -> int | None:
        """The port of the broker's own metrics; None if it is elsewhere."""
        return self.rabbitmq.prometheus_port if self.rabbitmq else None

    @property
    def database_url(self) -> str:
        """The database, as its administrator."""
        return self.mongodb.url if self.mongodb else self._settings.need("mongodb_url")

    @property
    def mail_url(self) -> str:
        """The mail server."""
        return f"smtp://{ports.HOST}:{self._settings.smtp_port}" if self.inbox else self._settings.need("smtp_url")

    @property
    def traces_url(self) -> str | None:
        """Where spans go; None for nowhere."""
        if self.trace_store_url:
            return f"{self.trace_store_url}/v1/traces"
        return str(self._settings.traces_url) if self._settings.traces_url else None

    @property
    def inbox_page(self) -> str:
        """The inbox in a browser."""
        return f"http://{ports.HOST}:{self._settings.inbox_port}/"

    def prepare(self) -> list[ProgramGroup]:
        """The programs for the supervisor. Downloads the servers that this machine lacks."""
        groups = []
        servers = []
        if self.rabbitmq:
            port_mapper, broker = self.rabbitmq.prepare()
            groups.append(ProgramGroup("port-mapper", [port_mapper], 3, starts_at_once=True))
            servers.append(broker)
        if self.mongodb:
            servers.append(self.mongodb.prepare())
        if servers:
            groups.append(ProgramGroup("servers", servers, 12, starts_at_once=True))
        if self.traces:
            groups.append(ProgramGroup("traces", [self.traces], 3, starts_at_once=True))
        if self.inbox:
            groups.append(ProgramGroup("mail", [self.inbox], 3, starts_at_once=True))
        return groups

    def wait_for_broker(self, since: float) -> None:
        """Returns once the broker, if it runs here, is ready."""
        if self.rabbitmq:
            with terminal.step("Starting RabbitMQ", since=since):
                self.rabbitmq.wait_until_ready()

    def wait_for_database(self, since: float) -> None:
        """Returns once the database, if it runs here, accepts writes."""
        if self.mongodb:
            with terminal.step("Starting MongoDB", since=since):
                self.mongodb.wait_until_ready()

    def wait_for_inbox(self, since: float) -> None:
        """Returns once the inbox, if there is one, takes mail."""
        if self.inbox:
            with terminal.step("Starting the inbox", since=since):
                wait_until(lambda: answers(f"{self.inbox_page}livez"), f"the inbox on {self.inbox_page}", 30)
