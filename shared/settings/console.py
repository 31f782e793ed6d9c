"""What `acectl` uses: each command reads the class that holds its servers and keys."""

from pydantic import Field, HttpUrl, SecretStr

from shared.settings.groups import BrokerSettings, DatabaseSettings, IndexKeys, MailServerSettings, StorageKeys


class RecordSettings(DatabaseSettings, StorageKeys, IndexKeys):
    """For commands that find and open what the database holds."""


class ManagementSettings(BrokerSettings):
    """For commands that look at the broker's queues."""

    rabbitmq_management_url: HttpUrl | None = Field(
        None,
        description="The broker's management interface, where `acectl topology apply` sets policies and users.",
    )


class ConsoleSettings(ManagementSettings, RecordSettings, MailServerSettings):
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


def name_password_setting(user: str) -> str:
    """The name of the setting with a broker user's password."""
    return f"broker_password_{user.replace('-', '_')}"
