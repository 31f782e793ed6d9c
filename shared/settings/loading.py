"""Loads settings from environment variables that start with ``ACE_``, a ``.env`` file, or secret files.

A setting that cannot work stops the program at startup with one line that names it (`SettingError`). An unknown name
that starts with ``ACE_`` only causes a warning (`unknown_names`).
"""

import os
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import DotEnvSettingsSource

from shared.security.keys import BadKeys, KeyRing
from shared.settings.groups import PREFIX, DataFolder, ProcessSettings, SettingError

ENV_FILE = Path(".env")

MADE_UP = ("public_url", "portal_url", "mail_from", "mail_reply_to", "service_desk_phone", "service_desk_email")
"""Settings whose defaults are only good for trying out the system."""

P = TypeVar("P", bound=ProcessSettings)


def load(process: type[P], fallback: Path | None = None) -> P:
    """Loads the settings of a process. Raises `SettingError` for the first that cannot work.

    `fallback` is a file like `.env` with lowest priority.
    """
    files = (*([fallback] if fallback else []), ENV_FILE)
    try:
        settings = process(_env_file=files)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise SettingError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}") from None
    if settings.production:
        _refuse_made_up(settings)
    return settings


def _refuse_made_up(settings: ProcessSettings) -> None:
    public_url = getattr(settings, "public_url", None)
    if public_url and public_url.scheme != "https":
        raise SettingError(f"{PREFIX}PUBLIC_URL must be an https address in production: cookies travel with it")
    fields = type(settings).model_fields
    for name in MADE_UP:
        if name in fields and getattr(settings, name) == fields[name].default:
            raise SettingError(f"{PREFIX}{name.upper()} must be set in production: its default is made up")


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


def load_key_ring(settings: ProcessSettings, purpose: str) -> KeyRing:
    """The key ring for a purpose. Raises `SettingError` if it is missing or cannot be read."""
    name = f"keys_{purpose}"
    try:
        return KeyRing.parse(settings.need(name))
    except BadKeys as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None
