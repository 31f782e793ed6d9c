"""Keys and passwords of a local system, created once and kept in files that only their owner can read."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from shared.messaging.topology import PERMISSIONS
from shared.security import keys


def key_environment(folder: Path) -> Mapping[str, str]:
    """Every key as `ACE_KEYS_...`, from `keys.env`."""
    file = folder / "keys.env"
    if not file.exists():
        _write(file, keys.new_environment())
    return _read(file)


def broker_passwords(folder: Path) -> Mapping[str, str]:
    """The password of each service's broker user, from `broker-passwords.env`."""
    file = folder / "broker-passwords.env"
    if not file.exists():
        _write(file, {user: secrets.token_urlsafe(24) for user in PERMISSIONS})
    return _read(file)


def write_for_acectl(folder: Path, environment: Mapping[str, str]) -> None:
    """Records how to reach this system. acectl reads it for settings that are set nowhere else."""
    _write(folder / "acectl.env", environment)


def _write(file: Path, values: Mapping[str, str]) -> None:
    """Writes a file completely or not at all: with half a key file, sealed data would be lost."""
    partial = file.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    partial.rename(file)


def _read(file: Path) -> Mapping[str, str]:
    lines = file.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
