"""The services' own users of a test's database, as `make run` gives them out."""

from deploy.local import development_secrets
from deploy.local.services import Surroundings
from shared.settings.processes import Settings
from shared.storage.database_admin import administer
from shared.storage.privileges import PRIVILEGES


async def create_database_users(settings: Settings) -> dict[str, str]:
    """Creates all that the database needs; returns its address for each service, as that service's user."""
    passwords = development_secrets.load_database_passwords(settings.data_dir)
    await administer(settings.need("mongodb_url"), settings.mongodb_database, passwords)
    surroundings = Surroundings(
        broker_url=settings.need("rabbitmq_url"),
        management_url=None,
        database_url=settings.need("mongodb_url"),
        mail_url="",
        keys={},
        broker_passwords={},
        database_passwords=passwords,
        database=settings.mongodb_database,
    )
    return {service: surroundings.make_environment(service)["ACE_MONGODB_URL"] for service in PRIVILEGES}
