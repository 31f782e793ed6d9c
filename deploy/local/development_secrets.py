"""Keys and passwords of a local system, created once and kept in files that only their owner can read."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from services.console.logins.passwords import make_password
from shared.messaging.permissions import PERMISSIONS
from shared.security import keys
from shared.storage.privileges import PRIVILEGES


def load_keys(folder: Path) -> Mapping[str, str]:
    """Every key as `ACE_KEYS_...`, from `keys.env`."""
    return _complete(folder / "keys.env", keys.make_environment(keys.DEVELOPMENT))


def load_broker_passwords(folder: Path) -> Mapping[str, str]:
    """The password of each service's broker user, from `broker-passwords.env`."""
    return _complete(folder / "broker-passwords.env", {user: secrets.token_urlsafe(24) for user in PERMISSIONS})


def load_database_passwords(folder: Path) -> Mapping[str, str]:
    """The password of each service's database user, from `database-passwords.env`."""
    return _complete(folder / "database-passwords.env", {user: secrets.token_urlsafe(24) for user in PRIVILEGES})


def load_database_key(folder: Path) -> str:
    """The key by which the database server knows itself, from `database-key.env`."""
    return _complete(folder / "database-key.env", {"key": secrets.token_hex(32)})["key"]


def load_console_password(folder: Path) -> str:
    """The password of the console's first login, from `console-password.env`."""
    return _complete(folder / "console-password.env", {"operator": make_password()})["operator"]


def write_for_acectl(folder: Path, environment: Mapping[str, str]) -> None:
    """Records how to reach this system. acectl reads it for settings that are set nowhere else."""
    _write(folder / "acectl.env", environment)


def _complete(file: Path, new: Mapping[str, str]) -> Mapping[str, str]:
    """The secrets in this file. Those that it lacks, or all if there is none, are taken from `new` and kept."""
    old = _read(file) if file.exists() else {}
    if new.keys() - old.keys():
        _write(file, {**new, **old})
    return _read(file)


def _write(file: Path, values: Mapping[str, str]) -> None:
    """Writes a file completely or not at all: with half a key file, sealed data would be lost."""
    partial = file.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    partial.rename(file)


def _read(file: Path) -> Mapping[str, str]:
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
