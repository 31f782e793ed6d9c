"""The services as local programs: which ones, how many processes, and the settings of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from embedded_servers import ports
from embedded_servers.program import Program
from shared.messaging.topology import WORKERS
from shared.settings.console import password_setting
from shared.settings.groups import PREFIX
from shared.settings.processes import Settings

KEYS = {
    "gateway": ("COMMANDS", "COOKIE"),
    "intake": ("COMMANDS", "STORAGE", "INDEX"),
    "verifier": ("COMMANDS", "STORAGE", "CODE_EMAIL", "CODE"),
    "provisioner": ("STORAGE", "EMAIL"),
    "code-mailer": ("CODE_EMAIL",),
    "general-mailer": ("EMAIL",),
    "acectl": ("STORAGE", "INDEX"),
}
"""The keys that each service needs. It gets no others."""
MODULES = {"code-mailer": ("services.notifier", "code"), "general-mailer": ("services.notifier", "general")}
"""What runs as a program whose name is not its service's."""


@dataclass(frozen=True)
class Surroundings:
    """Where the servers are, and the secrets to pass on. `broker_passwords` is empty if the broker is elsewhere."""

    broker_url: str
    management_url: str | None
    database_url: str
    mail_url: str
    keys: Mapping[str, str]
    broker_passwords: Mapping[str, str]

    def environment(self, service: str) -> dict[str, str]:
        """The settings of a service or of "acectl": its servers, as its own user, and its keys."""
        keys = {name: self.keys[name] for key in KEYS[service] if (name := f"ACE_KEYS_{key}") in self.keys}
        settings = {**keys, "ACE_RABBITMQ_URL": self._make_broker_url(service)}
        if service != "gateway":
            settings["ACE_MONGODB_URL"] = self.database_url
        if service in MODULES:
            settings["ACE_SMTP_URL"] = self.mail_url
        if service == "acectl":
            passwords = self.broker_passwords.items()
            settings |= {f"{PREFIX}{password_setting(user).upper()}": password for user, password in passwords}
            if self.management_url:
                settings["ACE_RABBITMQ_MANAGEMENT_URL"] = self.management_url
        return settings

    def _make_broker_url(self, service: str) -> str:
        if service not in self.broker_passwords:
            return self.broker_url
        scheme, rest = self.broker_url.split("://")
        return f"{scheme}://{service}:{self.broker_passwords[service]}@{rest.split('@')[1]}"


@dataclass(frozen=True)
class Service:
    """One process of a service, and its readiness URL."""

    program: Program
    readiness_url: str


def workers(settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    """The processes of every worker, as many as the settings say, each with its own health port."""
    return [process for name in WORKERS for process in _processes(name, settings, surroundings, python)]


def gateway(settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    """The processes of the form, as many as the settings say, each with its own health port."""
    return _processes("gateway", settings, surroundings, python)


def _processes(name: str, settings: Settings, surroundings: Surroundings, python: str) -> list[Service]:
    processes = []
    count: int = getattr(settings, f"{name.replace('-', '_')}_processes")
    module = MODULES.get(name, (f"services.{name}",))
    for number in range(1, count + 1):
        port = ports.pick()
        environment = {**surroundings.environment(name), "ACE_HEALTH_PORT": str(port)}
        program = Program(_process_name(name, number, count), (python, "-m", *module), environment)
        processes.append(Service(program, f"{_base_url(settings.bind_address, port)}/readyz"))
    return processes


def _process_name(service: str, number: int, count: int) -> str:
    return service if count == 1 else f"{service}-{number}"


def _base_url(address: str, port: int) -> str:
    """The URL of this address and port as seen from this machine."""
    if address in ("0.0.0.0", "::", ""):  # noqa: S104  # a comparison only
        address = ports.HOST
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
