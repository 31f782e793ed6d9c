"""The services as local programs: which ones, how many processes, and the settings of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from embedded_servers import ports
from embedded_servers.program import Program
from shared.messaging.topology import WORKERS
from shared.settings.console import name_password_setting
from shared.settings.groups import PREFIX
from shared.settings.processes import PROCESSES, Settings

PROGRAMS = ("gateway", *WORKERS, "console", "acectl")
"""What needs settings of its own: the services' programs, and the operators' command."""

MODULES = {
    "code-mailer": ("services.notifier", "code"),
    "general-mailer": ("services.notifier", "general"),
    "console": ("services.console.web",),
}
"""What runs as a program whose name is not its service's."""


@dataclass(frozen=True)
class Surroundings:
    """Where the servers are, and the secrets to pass on. There are no passwords for a server that is elsewhere."""

    broker_url: str
    management_url: str | None
    database_url: str
    mail_url: str
    keys: Mapping[str, str]
    broker_passwords: Mapping[str, str]
    database_passwords: Mapping[str, str]
    traces_url: str | None = None
    """Where spans go; None for nowhere."""
    trace_store_url: str | None = None
    """Where they are read."""
    database: str = "ace"
    """The database's name. The services' users belong to it."""

    def make_environment(self, program: str) -> dict[str, str]:
        """The settings of one of the `PROGRAMS`: its servers, as its own user, and the keys it reads. No others."""
        known = {
            "rabbitmq_url": self._make_broker_url(program),
            "rabbitmq_management_url": self.management_url,
            "mongodb_url": self._make_database_url(program),
            "smtp_url": self.mail_url,
            "traces_url": self.traces_url,
            "trace_store_url": self.trace_store_url,
            **_name_passwords("broker", self.broker_passwords),
            **_name_passwords("database", self.database_passwords),
            **{name.removeprefix(PREFIX).lower(): key for name, key in self.keys.items()},
        }
        read = PROCESSES[program].model_fields
        return {PREFIX + name.upper(): value for name, value in known.items() if value and name in read}

    def _make_broker_url(self, service: str) -> str:
        if service not in self.broker_passwords:
            return self.broker_url
        scheme, rest = self.broker_url.split("://")
        return f"{scheme}://{service}:{self.broker_passwords[service]}@{rest.split('@')[1]}"

    def _make_database_url(self, service: str) -> str:
        if service not in self.database_passwords:
            return self.database_url
        url = urlsplit(self.database_url)
        hosts = url.netloc.rpartition("@")[2]
        options = dict(parse_qsl(url.query)) | {"authSource": self.database}
        login = f"{service}:{self.database_passwords[service]}"
        return urlunsplit(url._replace(netloc=f"{login}@{hosts}", path="/", query=urlencode(options)))


def _name_passwords(server: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """The passwords of a server's users, as settings."""
    return {name_password_setting(server, user): password for user, password in passwords.items()}


@dataclass(frozen=True)
class Service:
    """One process of a service, the name of its program, and its readiness URL."""

    name: str
    program: Program
    readiness_url: str


def make_workers(settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    """The processes of every worker, as many as the settings say, each with its own health port."""
    return [process for name in WORKERS for process in _make_processes(name, settings, surroundings, python)]


def make_gateway(settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    """The processes of the form, as many as the settings say. Several share its port, and have a health port each."""
    return _make_processes("gateway", settings, surroundings, python)


def make_console(settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    """The console in the browser, if the settings want it."""
    return _make_processes("console", settings, surroundings, python)


def _make_processes(name: str, settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    processes = []
    count: int = getattr(settings, f"{name.replace('-', '_')}_processes")
    module = MODULES.get(name, (f"services.{name}",))
    own_ports = {"gateway": settings.gateway_port, "console": settings.console_port}
    for number in range(1, count + 1):
        environment = surroundings.make_environment(name)
        if name in own_ports and count == 1:
            port = own_ports[name]
        else:
            port = ports.pick()
            environment["ACE_HEALTH_PORT"] = str(port)
        program = Program(_name_process(name, number, count), (python, "-m", *module), environment)
        processes.append(Service(name, program, f"{_make_base_url(settings.bind_address, port)}/readyz"))
    return processes


def _name_process(service: str, number: int, count: int) -> str:
    return service if count == 1 else f"{service}-{number}"


def _make_base_url(address: str, port: int) -> str:
    """The URL of this address and port as seen from this machine."""
    if address in ("0.0.0.0", "::", ""):  # noqa: S104  # a comparison only
        address = ports.HOST
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
