"""The servers that run here because no setting names others: broker, database, mail server."""

import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local import ports, terminal
from deploy.local.mongodb import MongoDB
from deploy.local.program import Program, answers, wait_until
from deploy.local.rabbitmq import RabbitMQ
from deploy.local.supervision import Group
from shared.settings import Settings


class Embedded:
    """RabbitMQ, MongoDB and the inbox, each only where the settings name no server in its place."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self.rabbitmq = self.mongodb = self.inbox = None
        if settings.rabbitmq_url is None:
            port, management_port = settings.rabbitmq_port, settings.rabbitmq_management_port
            self.rabbitmq = RabbitMQ(folder / "rabbitmq", port, management_port)
        if settings.mongodb_url is None:
            self.mongodb = MongoDB(folder / "mongodb", settings.mongodb_port)
        if settings.smtp_url is None:
            self.inbox = Program("inbox", (sys.executable, "-m", "deploy.local", "inbox"))

    @property
    def ports(self) -> Mapping[str, int]:
        """The ports that these servers need, by setting."""
        found: dict[str, int] = {}
        if self.rabbitmq:
            found["ACE_RABBITMQ_PORT"] = self.rabbitmq.port
            found["ACE_RABBITMQ_MANAGEMENT_PORT"] = self.rabbitmq.management_port
        if self.mongodb:
            found["ACE_MONGODB_PORT"] = self.mongodb.port
        if self.inbox:
            found["ACE_SMTP_PORT"] = self._settings.smtp_port
            found["ACE_INBOX_PORT"] = self._settings.inbox_port
        return found

    @property
    def broker_url(self) -> str:
        """The broker, as its operator."""
        return self.rabbitmq.url if self.rabbitmq else self._settings.need("rabbitmq_url")

    @property
    def management_url(self) -> str | None:
        """The broker's management interface; None where it is not known."""
        if self.rabbitmq:
            return self.rabbitmq.management_url
        return str(self._settings.rabbitmq_management_url) if self._settings.rabbitmq_management_url else None

    @property
    def database_url(self) -> str:
        """The database."""
        return self.mongodb.url if self.mongodb else self._settings.need("mongodb_url")

    @property
    def mail_url(self) -> str:
        """The mail server."""
        return f"smtp://{ports.HOST}:{self._settings.smtp_port}" if self.inbox else self._settings.need("smtp_url")

    @property
    def inbox_page(self) -> str:
        """The inbox in a browser."""
        return f"http://{ports.HOST}:{self._settings.inbox_port}/"

    def groups(self) -> list[Group]:
        """What the supervisor runs. Downloads the servers where they are not on this machine yet."""
        found = []
        servers = []
        if self.rabbitmq:
            port_mapper, broker = self.rabbitmq.prepare()
            found.append(Group("port-mapper", [port_mapper], 3, starts_at_once=True))
            servers.append(broker)
        if self.mongodb:
            servers.append(self.mongodb.prepare())
        if servers:
            found.append(Group("servers", servers, 12, starts_at_once=True))
        if self.inbox:
            found.append(Group("mail", [self.inbox], 3, starts_at_once=True))
        return found

    def wait_for_broker(self, since: float) -> None:
        """Returns once the broker, where it is ours, can be used."""
        if self.rabbitmq:
            with terminal.step("Starting RabbitMQ", since=since):
                self.rabbitmq.wait_until_ready()

    def wait_for_database(self, since: float) -> None:
        """Returns once the database, where it is ours, takes writes."""
        if self.mongodb:
            with terminal.step("Starting MongoDB", since=since):
                self.mongodb.wait_until_ready()

    def wait_for_inbox(self, since: float) -> None:
        """Returns once the inbox, where there is one, takes mail."""
        if self.inbox:
            with terminal.step("Starting the inbox", since=since):
                wait_until(lambda: answers(f"{self.inbox_page}livez"), f"the inbox on {self.inbox_page}", 30)
