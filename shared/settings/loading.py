"""Loads settings from environment variables that start with ``ACE_``, a ``.env`` file, or secret files.

A setting that cannot work stops the program at startup with one line that names it (`SettingError`). An unknown name
that starts with ``ACE_`` only causes a warning (`unknown_names`).
"""

import os
import ssl
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from shared.contracts.conversations import FORM
from shared.security import tls
from shared.security.command_seals import CommandSealers
from shared.security.keys import PURPOSES, BadKeys, KeyRing
from shared.settings import production
from shared.settings.groups import PREFIX, DataFolder, ProcessSettings, ReceiverKeys, SettingError

ENV_FILE = Path(".env")

PLAIN = ("amqp", "smtp")
"""Schemes of connections without TLS."""

P = TypeVar("P", bound=ProcessSettings)


def load(process: type[P], fallback: Path | None = None) -> P:
    """Loads the settings of a process, and refuses what production refuses.

    `fallback` is a file like `.env` with lowest priority. Raises `SettingError` as `read` does, or with a line for each
    setting that production refuses.
    """
    settings = read(process, fallback)
    production.refuse_risks(settings)
    return settings


def read(process: type[P], fallback: Path | None = None) -> P:
    """Loads the settings of a process, fit for production or not. Raises `SettingError` for the first that is wrong."""
    files = (*([fallback] if fallback else []), ENV_FILE)
    try:
        settings = process(_env_file=files)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from None
    _check_certificates(settings)
    return settings


def _check_certificates(settings: ProcessSettings) -> None:
    """Raises `SettingError` for a server's URL with a file for TLS that cannot be used, or would not be."""
    for options in (tls.BROKER, tls.DATABASE, tls.MAIL_SERVER):
        url = getattr(settings, options.setting.removeprefix(PREFIX).lower(), None)
        files = options.find_files(str(url)) if url else {}
        if not url or not files:
            continue
        if url.scheme in PLAIN:
            raise SettingError(f"{options.setting} names {', '.join(files)}, which {url.scheme}:// does not use")
        try:
            options.make_context(str(url))
        except OSError as error:
            reason = error.strerror if not isinstance(error, ssl.SSLError) else "not PEM, or key and certificate differ"
            named = ", ".join(f"{name}={file}" for name, file in files.items())
            raise SettingError(f"{options.setting}: {named}: cannot be used: {reason}") from None


def list_unknown_names(process: type[ProcessSettings]) -> list[str]:
    """Unknown names in the environment or `.env` that start with ``ACE_``: probably misspelled."""
    written = {name.upper() for name in DotEnvSettingsSource(process, env_file=ENV_FILE).env_vars} | set(os.environ)
    names = {name.removeprefix(PREFIX).lower() for name in written if name.startswith(PREFIX)}
    if names <= process.model_fields.keys() | DataFolder.model_fields.keys():
        return []
    from shared.settings.processes import Settings  # noqa: PLC0415  # a command may do without

    return sorted(PREFIX + name.upper() for name in names - Settings.model_fields.keys())


def describe_unknown_names(process: type[ProcessSettings]) -> list[str]:
    """A sentence for a person about each unknown name."""
    return [f"{name} is not a setting: is it misspelled?" for name in list_unknown_names(process)]


def load_command_sealers(settings: ReceiverKeys, own_user: str) -> CommandSealers:
    """The sealers of every gateway, for a worker that logs in to the broker as `own_user`. Raises `SettingError`."""
    gateways = load_key_ring(settings, "gateways") if settings.keys_gateways else None
    return CommandSealers(load_key_ring(settings, "commands"), gateways, own_users=(FORM, own_user))


def load_key_ring(settings: ProcessSettings, purpose: str) -> KeyRing:
    """The key ring for a purpose. Raises `SettingError` if it is missing or cannot be read."""
    name = f"keys_{purpose}"
    try:
        return KeyRing.parse(settings.need(name))
    except BadKeys as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None


def describe_key_rings(settings: ProcessSettings) -> dict[str, str]:
    """The fingerprints of the key rings that these settings hold, by purpose. One that cannot be read is left out."""
    described = {}
    for purpose in PURPOSES:
        if getattr(settings, f"keys_{purpose}", None) is not None:
            with suppress(SettingError):
                described[purpose] = load_key_ring(settings, purpose).describe()
    return described
