"""What each process reads, and nothing else.

`docs/settings.md` is generated from the descriptions here and in the groups.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr

from shared.settings.console import ConsoleSettings, OperatingSettings
from shared.settings.groups import (
    CodeEmailKeys,
    CodeSettings,
    CommandKeys,
    ContactSettings,
    DataFolder,
    EmailKeys,
    IndexKeys,
    LimitSettings,
    Mailbox,
    MailServerSettings,
    NetworkKeys,
    PageSettings,
    Port,
    Processes,
    ProcessSettings,
    ReceiverKeys,
    SenderSettings,
    ServiceSettings,
    StorageKeys,
    TrustSettings,
    WorkerSettings,
)
from shared.settings.site import SERVICE_DESK


class IntakeSettings(
    WorkerSettings, StorageKeys, IndexKeys, ReceiverKeys, LimitSettings, TrustSettings, ContactSettings
):
    """What intake reads."""


class VerifierSettings(WorkerSettings, StorageKeys, ReceiverKeys, CodeEmailKeys, CodeSettings, ContactSettings):
    """What the verifier reads."""

    keys_code: SecretStr | None = Field(None, description="Key ring of the verifier, for stored codes.")


class ProvisionerSettings(WorkerSettings, StorageKeys, EmailKeys):
    """What the provisioner reads."""


class MailerSettings(WorkerSettings, SenderSettings, MailServerSettings):
    """What the notifier's two programs read."""

    mail_reply_to: Mailbox = Field(SERVICE_DESK, description="Where replies to the emails go.")


class CodeMailerSettings(MailerSettings, CodeEmailKeys, CodeSettings):
    """What the code mailer reads."""


class GeneralMailerSettings(MailerSettings, EmailKeys):
    """What the general mailer reads."""


class GatewaySettings(
    ServiceSettings, SenderSettings, CommandKeys, NetworkKeys, CodeSettings, LimitSettings, PageSettings
):
    """What the gateway reads."""

    gateway_port: Port = Field(8000, description="Port of the form.")
    public_url: HttpUrl | None = Field(
        None,
        description="The form's public address; if it is https, cookies are Secure. Unset: taken from each request.",
    )
    challenge: Literal["auto", "always", "off"] = Field(
        "auto",
        description="Human verification on page 1. `auto`: if many requests come from one network in a short time, "
        "counted per process (docs/security.md), never while `ACE_RATE_LIMIT` is `off`; and if intake asks. With "
        "`off`, whom intake asks can only wait.",
    )
    challenge_provider: Literal["altcha", "recaptcha", "hcaptcha", "turnstile"] = Field(
        "altcha", description="Who verifies. `altcha` is our own check and contacts nobody."
    )
    challenge_site_key: str | None = Field(None, description="Site key at another provider of human verification.")
    challenge_secret: SecretStr | None = Field(None, description="Secret at another provider of human verification.")
    challenge_verify_url: HttpUrl | None = Field(
        None, description="Where solutions are verified (`siteverify`). Unset: the provider's own address."
    )
    keys_cookie: SecretStr | None = Field(None, description="Key ring of the gateway's cookie.")


class ConsolePageSettings(ServiceSettings, OperatingSettings, PageSettings):
    """What the console in the browser reads: no password of a service's user, and no key that only services need."""

    console_port: Port = Field(8080, description="Port of the console in the browser.")
    console_url: HttpUrl | None = Field(
        None,
        description="The console's address as operators see it; if it is https, cookies are Secure. Unset: it answers "
        "only as localhost or 127.0.0.1.",
    )


class LocalSettings(DataFolder):
    """What only `make run` reads."""

    importers: Path = Field(
        Path("deploy/sample/importers.csv"), description="Importer records to load if the database has none."
    )
    portal_users: Path = Field(
        Path("deploy/sample/portal-users.csv"), description="Portal users to load if the database has none."
    )
    keep_traces: bool = Field(
        True, description="Whether `make run` keeps the latest traces in memory, if `ACE_TRACES_URL` is unset."
    )
    inbox_port: Port = Field(8025, description="Port of the local inbox's page.")
    smtp_port: Port = Field(1025, description="Port of the local inbox's mail server.")
    rabbitmq_port: Port = Field(5672, description="Port of the embedded broker.")
    rabbitmq_management_port: Port = Field(15672, description="Port of the embedded broker's management page.")
    mongodb_port: Port = Field(27017, description="Port of the embedded database.")
    gateway_processes: Processes = Field(1, description="Processes of the form that `make run` starts.")
    intake_processes: Processes = Field(1, description="Intake workers that `make run` starts.")
    verifier_processes: Processes = Field(1, description="Verifier workers that `make run` starts.")
    provisioner_processes: Processes = Field(1, description="Provisioner workers that `make run` starts.")
    code_mailer_processes: Processes = Field(1, description="Code mailers that `make run` starts.")
    general_mailer_processes: Processes = Field(1, description="General mailers that `make run` starts.")
    console_processes: Annotated[int, Field(ge=0, le=1)] = Field(
        1, description="Consoles in the browser that `make run` starts: one or none."
    )


class ImageSettings(ProcessSettings):
    """What only `docker compose` reads."""

    python_image: str = Field("python:3.11-slim", description="Base image of the services' containers.")
    rabbitmq_image: str = Field("rabbitmq:4-management", description="The broker's image.")
    mongodb_image: str = Field("mongo:8.0", description="The database's image.")
    prometheus_image: str = Field("prom/prometheus:v3.5.0", description="Prometheus's image.")
    prometheus_port: Port = Field(9090, description="Port of Prometheus.")
    grafana_image: str = Field("grafana/grafana:12.2.0", description="Grafana's image.")
    grafana_port: Port = Field(3000, description="Port of Grafana.")


class Settings(
    GatewaySettings,
    IntakeSettings,
    VerifierSettings,
    ProvisionerSettings,
    CodeMailerSettings,
    GeneralMailerSettings,
    ConsolePageSettings,
    ConsoleSettings,
    LocalSettings,
    ImageSettings,
):
    """Every setting, for programs that start or check the whole system."""


PROCESSES: dict[str, type[ProcessSettings]] = {
    "gateway": GatewaySettings,
    "intake": IntakeSettings,
    "verifier": VerifierSettings,
    "provisioner": ProvisionerSettings,
    "code-mailer": CodeMailerSettings,
    "general-mailer": GeneralMailerSettings,
    "console": ConsolePageSettings,
    "acectl": ConsoleSettings,
    "make run": LocalSettings,
    "docker compose": ImageSettings,
}
"""Who reads what. `make run` also passes on what the services read."""
