"""Groups of settings that several processes share. A process combines the groups it needs."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, AmqpDsn, Field, HttpUrl, MongoDsn, SecretStr, UrlConstraints
from pydantic.networks import AnyUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.security import tls
from shared.settings import addresses, risks
from shared.settings.site import SiteSettings

SmtpUrl = Annotated[AnyUrl, UrlConstraints(allowed_schemes=["smtp", "smtps", "smtp+starttls"], host_required=True)]
Port = Annotated[int, Field(ge=1, le=65535)]
BindAddress = Annotated[str, AfterValidator(addresses.check_listening)]
Proxies = Annotated[str, AfterValidator(addresses.check_proxies)]
Mailbox = Annotated[str, AfterValidator(addresses.check_mailbox)]
Processes = Annotated[int, Field(ge=0, le=64)]
AllowedRisks = Annotated[str, AfterValidator(risks.check_allowed)]

PREFIX = "ACE_"
SECRETS = Path("/run/secrets")
"""Where containers find secrets: one file per setting, such as ``ace_keys_storage``."""


LOCAL_SYSTEM = "acectl.env"
"""Where `make run` writes, in its data directory, how its servers are reached."""


class SettingError(Exception):
    """Settings that cannot work. The text has a line for a person about each: its name, and what is wrong."""

    def explain(self, program: str) -> str:
        """The text of a program that does not start: its name before each line."""
        return "\n".join(f"{program}: {line}" for line in str(self).splitlines())


class ProcessSettings(BaseSettings):
    """What every process reads. Field names are the settings' names in lower case, without ``ACE_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,  # a process or command uses only one of the classes
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Lowest level that is logged.")
    production: bool = Field(
        False,
        description="Refuse to start with what is only good for trying the system out (docs/production.md).",
    )
    production_allows: AllowedRisks = Field(
        "",
        description="What production allows on purpose: names with commas between them, such as "
        "`plain-amqp,plain-mongodb` (docs/production.md).",
    )

    def need(self, name: str) -> str:
        """The setting of this name as a string. Raises `SettingError` if it is unset."""
        value = getattr(self, name)
        if value is None:
            raise SettingError(f"{PREFIX}{name.upper()} is not set: {type(self).model_fields[name].description}")
        return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class DataFolder(ProcessSettings):
    """Where `make run` keeps its data, and where `acectl` finds its servers' addresses."""

    data_dir: Path = Field(Path(".data"), description="Everything that `make run` writes.")


class BrokerSettings(ProcessSettings):
    """For processes that connect to the broker."""

    rabbitmq_url: AmqpDsn | None = Field(
        None,
        description="The broker (for TLS, `amqps://...?cafile=...&certfile=...`: docs/production.md). "
        "If unset, `make run` starts one.",
    )


class DatabaseSettings(ProcessSettings):
    """For processes that connect to the database."""

    mongodb_url: MongoDsn | None = Field(
        None,
        description="The database (for TLS, `...?tls=true&tlsCAFile=...&tlsCertificateKeyFile=...`: "
        "docs/production.md). If unset, `make run` starts one.",
    )
    mongodb_database: str = Field("ace", description="The database's name.")


class MailServerSettings(ProcessSettings):
    """For processes that connect to the mail server."""

    smtp_url: SmtpUrl | None = Field(
        None,
        description="The mail server (`smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`; for TLS, "
        "`?cafile=` and `certfile=` as at the broker). If unset, `make run` starts a local inbox.",
    )

    def read_smtp_arguments(self) -> dict[str, Any]:
        """How to connect to the mail server, as `aiosmtplib.SMTP` takes it. Raises `SettingError` if it is unset.

        The context for TLS reads all certificates of the system: make it once.
        """
        url = urlsplit(self.need("smtp_url"))
        return {
            "hostname": url.hostname,
            "port": url.port or {"smtp": 25, "smtps": 465}.get(url.scheme, 587),
            "username": unquote(url.username) if url.username else None,
            "password": unquote(url.password) if url.password else None,
            "use_tls": url.scheme == "smtps",
            "start_tls": url.scheme == "smtp+starttls",
            "tls_context": None if url.scheme == "smtp" else tls.MAIL_SERVER.make_context(url.geturl()),
        }


class ServiceSettings(BrokerSettings):
    """What each of the five services reads."""

    bind_address: BindAddress = Field("127.0.0.1", description="Address that the form and the health pages listen on.")
    traces_url: HttpUrl | None = Field(
        None,
        description="Where spans go by OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`. Unset: no traces. "
        "OpenTelemetry's own variables, such as `OTEL_TRACES_SAMPLER`, are read too.",
    )
    commit: str = Field(
        "unknown", description="The commit that runs, for `ace_build_info` and operators. Images have it built in."
    )
    health_port: Port | None = Field(
        None,
        description="Port for a process's /livez, /readyz and /metrics. Unset: the form has them on its port, a "
        "worker has none.",
    )


class WorkerSettings(ServiceSettings, DatabaseSettings):
    """What each of the four workers reads."""

    prefetch: Annotated[int, Field(ge=1, le=1000)] = Field(
        50, description="How many messages a worker process takes from a queue at a time."
    )


class PageSettings(ProcessSettings):
    """For processes that serve pages to people."""

    trusted_proxies: Proxies = Field("127.0.0.1", description="Addresses whose X-Forwarded-* headers are trusted.")
    frontend_dir: Path = Field(
        Path("node_modules"),
        description="Folder of the pages' style sheets and scripts: the packages of `package.json`.",
    )


class CommandKeys(ProcessSettings):
    """For both ends of a command."""

    keys_commands: SecretStr | None = Field(None, description="Key ring between gateway and workers.")


class GatewayKeys(ProcessSettings):
    """For processes that know, or make, the key rings of other gateways than our form."""

    keys_gateways: SecretStr | None = Field(
        None,
        description="Key ring from which the rings of other gateways are derived (`acectl gateways add`). Unset: they "
        "share `ACE_KEYS_COMMANDS`.",
    )


class ReceiverKeys(CommandKeys, GatewayKeys):
    """For the workers that receive commands."""


class StorageKeys(ProcessSettings):
    """For processes that open sealed data in the database."""

    keys_storage: SecretStr | None = Field(None, description="Key ring of the workers for the database and events.")


class IndexKeys(ProcessSettings):
    """For processes that look up numbers and addresses."""

    keys_index: SecretStr | None = Field(None, description="Key of the blind indexes: intake, console, acectl.")


class NetworkKeys(ProcessSettings):
    """For processes that name the networks of visitors."""

    keys_network: SecretStr | None = Field(None, description="Key of the networks' tags: gateway, console, acectl.")


class CodeEmailKeys(ProcessSettings):
    """For processes that know a code before it is entered."""

    keys_code_email: SecretStr | None = Field(None, description="Key ring between verifier and code mailer.")


class EmailKeys(ProcessSettings):
    """For both ends of every other email."""

    keys_email: SecretStr | None = Field(None, description="Key ring between provisioner and general mailer.")


class CodeSettings(ProcessSettings):
    """For processes that say how long a code is valid."""

    code_lifetime: Annotated[int, Field(ge=1, le=86400)] = Field(600, description="Seconds that a code is valid.")


class ContactSettings(ProcessSettings):
    """For processes that decide whether a record's contact may get a code."""

    contact_hold: Annotated[int, Field(ge=0, le=8760)] = Field(
        0, description="Hours without codes for an importer after a load changed its contact's email address."
    )


class TrustSettings(ProcessSettings):
    """For processes that judge what a gateway says of its visitors."""

    trusted_gateways: str = Field(
        "gateway",
        description="Broker users of gateways whose human verification counts, separated by commas. "
        "Production wants it said.",
    )


class LimitSettings(ProcessSettings):
    """For processes that limit what strangers may do."""

    rate_limit: Literal["on", "off"] = Field(
        "on", description="Limits per importer, prompts of `ACE_CHALLENGE=auto`; `off` only for load tests."
    )


class SenderSettings(SiteSettings, ProcessSettings):
    """For processes that tell people about the site and its emails."""

    mail_from: Mailbox = Field(
        "ACE Portal accounts <no-reply@ace.example>",
        description="Sender of the emails. The domain also ends their Message-IDs: give all mailers the same.",
    )
