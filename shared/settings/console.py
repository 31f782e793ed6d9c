"""What `acectl` uses: each command reads the class that holds its servers and keys."""

from collections.abc import Iterable

from pydantic import Field, HttpUrl, SecretStr

from shared.settings.groups import (
    BrokerSettings,
    DatabaseSettings,
    GatewayKeys,
    IndexKeys,
    MailServerSettings,
    NetworkKeys,
    ProcessSettings,
    StorageKeys,
)


class RecordSettings(DatabaseSettings, StorageKeys, IndexKeys):
    """For commands that find and open what the database holds."""


class LimitsSettings(RecordSettings, NetworkKeys):
    """For commands that look at limits."""


class ManagementSettings(BrokerSettings):
    """For commands that look at the broker's queues."""

    rabbitmq_management_url: HttpUrl | None = Field(
        None,
        description="The broker's management interface, where `acectl topology apply` sets policies and users.",
    )


class GatewayUserSettings(ManagementSettings, LimitsSettings, GatewayKeys):
    """For commands about the gateways of others."""


class DatabasePasswords(DatabaseSettings):
    """For the command that creates the services' database users."""

    database_password_intake: SecretStr | None = Field(None, description="Password of the database user `intake`.")
    database_password_verifier: SecretStr | None = Field(None, description="Password of the database user `verifier`.")
    database_password_provisioner: SecretStr | None = Field(
        None, description="Password of the database user `provisioner`."
    )
    database_password_code_mailer: SecretStr | None = Field(
        None, description="Password of the database user `code-mailer`."
    )
    database_password_general_mailer: SecretStr | None = Field(
        None, description="Password of the database user `general-mailer`."
    )
    database_password_console: SecretStr | None = Field(None, description="Password of the database user `console`.")


class TraceSettings(ProcessSettings):
    """For whoever shows traces."""

    trace_store_url: HttpUrl | None = Field(
        None, description="Where the spans of an application are read. `make run` has a store of its own and sets it."
    )


class OperatingSettings(ManagementSettings, LimitsSettings, MailServerSettings, TraceSettings):
    """For commands and pages about the whole system: every server, and the keys to find and open what is stored."""


class ConsoleSettings(GatewayUserSettings, DatabasePasswords, OperatingSettings):
    """All that `acectl` uses. Only its doctor loads all `Settings`, because it checks them."""

    broker_password_gateway: SecretStr | None = Field(None, description="Password of the broker user `gateway`.")
    broker_password_intake: SecretStr | None = Field(None, description="Password of the broker user `intake`.")
    broker_password_verifier: SecretStr | None = Field(None, description="Password of the broker user `verifier`.")
    broker_password_provisioner: SecretStr | None = Field(
        None, description="Password of the broker user `provisioner`."
    )
    broker_password_code_mailer: SecretStr | None = Field(
        None, description="Password of the broker user `code-mailer`."
    )
    broker_password_general_mailer: SecretStr | None = Field(
        None, description="Password of the broker user `general-mailer`."
    )


def name_password_setting(server: str, user: str) -> str:
    """The name of the setting with a user's password at a server, which is ``broker`` or ``database``."""
    return f"{server}_password_{user.replace('-', '_')}"


def read_passwords(settings: ProcessSettings, server: str, users: Iterable[str]) -> dict[str, str]:
    """The password of each of these users at a server, where it is set."""
    names = {user: name_password_setting(server, user) for user in users}
    return {user: settings.need(name) for user, name in names.items() if getattr(settings, name) is not None}
