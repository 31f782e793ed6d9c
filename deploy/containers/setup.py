"""Sets up what the containers share: keys, replica set, topology, sample records.

Runs as ``python -m deploy.containers.setup``. Safe to repeat: what is there stays as it is.
"""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local import replica_set
from deploy.local.program import wait_until
from shared import settings
from shared.security import keys
from shared.settings import SECRETS

SERVICE_USER = 10001
"""The user that the services' image runs as."""


def main() -> None:
    """Sets up everything, in the order in which one thing needs another."""
    make_keys(SECRETS)
    chosen = settings.load()
    database = urlsplit(chosen.need("mongodb_url")).netloc
    wait_until(lambda: replica_set.takes_writes(database, database), "MongoDB's replica set", 60)
    acectl("topology", "apply")
    acectl("importers", "load", "--if-empty", str(chosen.importers))
    acectl("users", "load", "--if-empty", str(chosen.portal_users))


def make_keys(folder: Path) -> None:
    """Writes each key that is missing to a file that only the services' user can read."""
    for name, ring in keys.new_environment().items():
        file = folder / name.lower()
        if not file.exists():
            partial = file.with_suffix(".partial")
            partial.touch(mode=0o400)
            partial.write_text(ring)
            os.chown(partial, SERVICE_USER, SERVICE_USER)
            partial.rename(file)


def acectl(*arguments: str) -> None:
    """Runs an operator's command; ends with its exit code where it fails."""
    done = subprocess.run([sys.executable, "-m", "services.console", *arguments], check=False)  # noqa: S603  # our own
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
