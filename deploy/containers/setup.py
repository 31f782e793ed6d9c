"""Sets up what the containers share: keys, passwords, replica set, topology, users, sample records.

Runs as ``python -m deploy.containers.setup``. Safe to repeat: it does not change what already exists.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from deploy.local import development_secrets, first_login
from deploy.local.services import PROGRAMS, Surroundings
from embedded_servers.mongodb import replica_set
from embedded_servers.program import wait_until
from shared.settings import loading
from shared.settings.groups import SECRETS
from shared.settings.processes import Settings

SERVICE_USER = 10001
"""The user that the services' image runs as."""

VOLUMES = Path("/secrets")
"""Where each service's volume is mounted, under the service's name. The service sees it as its `SECRETS`."""

MADE = VOLUMES / "made"
"""Every key and password, for this program only."""


def main() -> None:
    """Sets up everything in order of dependency."""
    os.umask(0o077)
    chosen = loading.load(Settings)
    surroundings = _describe_surroundings(chosen)
    for program in PROGRAMS:
        hand_out(surroundings.make_environment(program), SECRETS if program == "acectl" else VOLUMES / program)
    _set_up_mongodb(urlsplit(surroundings.database_url))
    run_acectl("database", "apply")
    run_acectl("topology", "apply")
    run_acectl("importers", "load", "--if-empty", str(chosen.importers))
    run_acectl("users", "load", "--if-empty", str(chosen.portal_users))
    _make_first_login(loading.load(Settings))


def _make_first_login(acectl: Settings) -> None:
    """Makes the console's first login, and prints it for as long as it has this password."""
    password = development_secrets.load_console_password(MADE)
    if asyncio.run(first_login.ensure_login(acectl, password, "docker compose")):
        sys.stdout.write(f"Console: http://127.0.0.1:{acectl.console_port}/ {first_login.NAME} {password}\n")


def _set_up_mongodb(url: SplitResult) -> None:
    """Gives the server its key, without which it does not start; makes its replica set and its administrator."""
    key = development_secrets.load_database_key(MADE)
    file = VOLUMES / "mongodb/key"
    file.write_text(key)
    file.chmod(0o444)  # no other container mounts its volume
    server = url.netloc.rpartition("@")[2]
    wait_until(lambda: replica_set.ensure_writable(server, server, key), "MongoDB's replica set", 60)
    user, password = str(url.username), str(url.password)
    wait_until(lambda: replica_set.ensure_administrator(server, key, user, password), "MongoDB's administrator", 60)


def _describe_surroundings(chosen: Settings) -> Surroundings:
    return Surroundings(
        broker_url=chosen.need("rabbitmq_url"),
        management_url=chosen.need("rabbitmq_management_url"),
        database_url=chosen.need("mongodb_url"),
        mail_url=chosen.need("smtp_url"),
        keys=development_secrets.load_keys(MADE),
        broker_passwords=development_secrets.load_broker_passwords(MADE),
        database_passwords=development_secrets.load_database_passwords(MADE),
        database=chosen.mongodb_database,
    )


def hand_out(environment: Mapping[str, str], folder: Path) -> None:
    """Writes each setting to a file that only the services' user can read; deletes files of other settings."""
    files = {name.lower(): value for name, value in environment.items()}
    for file in folder.iterdir():
        if file.name not in files:
            file.unlink()
    for name, value in files.items():
        partial = folder / f"{name}.partial"
        partial.touch(mode=0o600)
        partial.write_text(value)
        partial.chmod(0o400)
        os.chown(partial, SERVICE_USER, SERVICE_USER)
        partial.rename(folder / name)


def run_acectl(*arguments: str) -> None:
    """Runs an acectl command; exits with its exit code if it fails."""
    done = subprocess.run([sys.executable, "-m", "services.console", *arguments], check=False)  # noqa: S603  # our own
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
