"""Every setting of the system: environment variables under ``ACE_``, lines of a ``.env`` file, or a secret's file.

A setting that cannot work stops the program at start with one line that names it (`SettingError`); a name under
``ACE_`` that means nothing is a warning (`unknown_names`). `docs/settings.md` is written from the descriptions here.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AmqpDsn, Field, HttpUrl, MongoDsn, SecretStr, UrlConstraints, ValidationError
from pydantic.networks import AnyUrl
from pydantic_settings import DotEnvSettingsSource, SettingsConfigDict

from shared import addresses
from shared.security.keys import BadKeys, KeyRing
from shared.site_settings import SiteSettings

SmtpUrl = Annotated[AnyUrl, UrlConstraints(allowed_schemes=["smtp", "smtps", "smtp+starttls"], host_required=True)]
Port = Annotated[int, Field(ge=1, le=65535)]
BindAddress = Annotated[str, AfterValidator(addresses.listening)]
Proxies = Annotated[str, AfterValidator(addresses.proxies)]
Mailbox = Annotated[str, AfterValidator(addresses.mailbox)]
Processes = Annotated[int, Field(ge=0, le=64)]

PREFIX = "ACE_"
ENV_FILE = Path(".env")
SECRETS = Path("/run/secrets")
"""Where containers find secrets: a file for each setting, ``ace_keys_storage``."""


MADE_UP = ("public_url", "portal_url", "mail_from", "mail_reply_to", "service_desk_phone", "service_desk_email")
"""Settings whose defaults are good for trying the system only."""


class SettingError(Exception):
    """A setting that cannot work. Its text is one line for a person: the name, and what is wrong with it."""


class Settings(SiteSettings):
    """What the environment says. Field names are the settings' names without ``ACE_``, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    rabbitmq_url: AmqpDsn | None = Field(None, description="The broker; `make run` starts one where this is unset.")
    mongodb_url: MongoDsn | None = Field(None, description="The database; `make run` starts one where this is unset.")
    smtp_url: SmtpUrl | None = Field(
        None,
        description="The mail server (`smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`); "
        "`make run` starts a local inbox where this is unset.",
    )
    gateway_port: Port = Field(8000, description="Port of the form.")
    console_port: Port = Field(8080, description="Port of the operators' page. Reserved: there is none yet.")
    inbox_port: Port = Field(8025, description="Port of the local inbox's page.")
    smtp_port: Port = Field(1025, description="Port of the local inbox's mail server.")
    rabbitmq_port: Port = Field(5672, description="Port of the embedded broker.")
    rabbitmq_management_port: Port = Field(15672, description="Port of the embedded broker's management page.")
    mongodb_port: Port = Field(27017, description="Port of the embedded database.")
    bind_address: BindAddress = Field("127.0.0.1", description="Address on which form and health pages listen.")
    health_port: Port | None = Field(
        None, description="Port of a process's own /livez, /readyz and /metrics; the form has them on its port too."
    )
    data_dir: Path = Field(Path(".data"), description="Everything that `make run` writes.")
    frontend_dir: Path = Field(
        Path("node_modules"),
        description="Where the form's style sheets and scripts are: the packages of `package.json`.",
    )
    importers: Path = Field(
        Path("deploy/sample/importers.csv"), description="Importer records, loaded when the database holds none."
    )
    portal_users: Path = Field(
        Path("deploy/sample/portal-users.csv"), description="Portal users, loaded when the database holds none."
    )
    challenge: Literal["auto", "always", "off"] = Field(
        "auto",
        description="Human verification on page 1. `auto`: where many requests come from one address in a short time, "
        "counted by each process for itself (docs/security.md); never while `ACE_RATE_LIMIT` is `off`.",
    )
    challenge_provider: Literal["altcha", "recaptcha", "hcaptcha", "turnstile"] = Field(
        "altcha", description="Who verifies: `altcha` is our own check and asks nobody."
    )
    challenge_site_key: str | None = Field(None, description="Site key at another provider of human verification.")
    challenge_secret: SecretStr | None = Field(None, description="Secret at another provider of human verification.")
    challenge_verify_url: HttpUrl | None = Field(
        None, description="Where solutions are verified (`siteverify`); unset: the provider's own address."
    )
    code_lifetime: Annotated[int, Field(ge=1, le=86400)] = Field(600, description="Seconds that a code is valid.")
    rate_limit: Literal["on", "off"] = Field(
        "on", description="Limits per importer, prompts of `ACE_CHALLENGE=auto`; `off` only for load tests."
    )
    gateway_processes: Processes = Field(1, description="Processes of the form that `make run` starts.")
    intake_processes: Processes = Field(1, description="Intake workers that `make run` starts.")
    verifier_processes: Processes = Field(1, description="Verifier workers that `make run` starts.")
    provisioner_processes: Processes = Field(1, description="Provisioner workers that `make run` starts.")
    notifier_processes: Processes = Field(1, description="Notifier workers that `make run` starts.")
    prefetch: Annotated[int, Field(ge=1, le=1000)] = Field(
        50, description="Messages that a worker process takes from a queue at once."
    )
    mongodb_database: str = Field("ace", description="Name of the database.")
    rabbitmq_management_url: HttpUrl | None = Field(
        None,
        description="The broker's management interface, with which `acectl topology apply` sets policies and users.",
    )
    keys_commands: SecretStr | None = Field(None, description="Key ring between gateway and workers.")
    keys_storage: SecretStr | None = Field(None, description="Key ring of the workers, for database and events.")
    keys_code_email: SecretStr | None = Field(None, description="Key ring between verifier and notifier.")
    keys_code: SecretStr | None = Field(None, description="Key ring of the verifier, under which codes are kept.")
    keys_index: SecretStr | None = Field(None, description="Key of the blind indexes: intake, acectl.")
    keys_cookie: SecretStr | None = Field(None, description="Key ring of the gateway's cookie.")
    broker_password_gateway: SecretStr | None = Field(None, description="Password of the broker user `gateway`.")
    broker_password_intake: SecretStr | None = Field(None, description="Password of the broker user `intake`.")
    broker_password_verifier: SecretStr | None = Field(None, description="Password of the broker user `verifier`.")
    broker_password_provisioner: SecretStr | None = Field(
        None, description="Password of the broker user `provisioner`."
    )
    broker_password_notifier: SecretStr | None = Field(None, description="Password of the broker user `notifier`.")
    mail_from: Mailbox = Field("ACE Portal accounts <no-reply@ace.example>", description="Sender of the emails.")
    mail_reply_to: Mailbox = Field("service.desk@ace.example", description="Where answers to the emails go.")
    public_url: HttpUrl | None = Field(
        None,
        description="The form's public address; an https one makes its cookies Secure. Unset: as it was asked for.",
    )
    trusted_proxies: Proxies = Field("127.0.0.1", description="Addresses whose X-Forwarded-* headers are believed.")
    production: bool = Field(
        False,
        description="Refuse defaults that are made up: sender, service desk, portal and public address must be set.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged, and above.")
    python_image: str = Field("python:3.11-slim", description="Base image of the services' containers.")
    rabbitmq_image: str = Field("rabbitmq:3.13-management", description="The broker's image.")
    mongodb_image: str = Field("mongo:6.0", description="The database's image.")

    def need(self, name: str) -> str:
        """The setting of this name as a string, or `SettingError` where it is unset."""
        value = getattr(self, name)
        if value is None:
            raise SettingError(f"{PREFIX}{name.upper()} is not set: {type(self).model_fields[name].description}")
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load(fallback: Path | None = None) -> Settings:
    """The settings, or `SettingError` with one line on the first that cannot work.

    `fallback` is a file like `.env` for what is set nowhere else.
    """
    files = (*([fallback] if fallback else []), ENV_FILE)
    try:
        settings = Settings(_env_file=files)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from None
    if settings.production:
        _refuse_made_up(settings)
    return settings


def _refuse_made_up(settings: Settings) -> None:
    if settings.public_url and settings.public_url.scheme != "https":
        raise SettingError(f"{PREFIX}PUBLIC_URL must be an https address in production: cookies travel with it")
    for name in MADE_UP:
        if getattr(settings, name) == Settings.model_fields[name].default:
            raise SettingError(f"{PREFIX}{name.upper()} must be set in production: its default is made up")


def unknown_names() -> list[str]:
    """Names in the environment or in `.env` that start with ``ACE_`` and mean nothing here: likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    written = {name.upper() for name in DotEnvSettingsSource(Settings, env_file=ENV_FILE).env_vars}
    return sorted(name for name in written | set(os.environ) if name.startswith(PREFIX) and name not in known)


def key_ring(settings: Settings, purpose: str) -> KeyRing:
    """The ring for a purpose. Raises `SettingError` where it is missing or cannot be read."""
    name = f"keys_{purpose}"
    try:
        return KeyRing.parse(settings.need(name))
    except BadKeys as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None
