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
from shared.settings.groups import PREFIX, ProcessSettings, SettingError
from shared.settings.processes import Settings

ENV_FILE = Path(".env")

MADE_UP = ("public_url", "portal_url", "mail_from", "mail_reply_to", "service_desk_phone", "service_desk_email")
"""Settings whose defaults are only good for trying out the system."""

P = TypeVar("P", bound=ProcessSettings)


def load(fallback: Path | None = None) -> Settings:
    """Loads every setting. `fallback` is a file like `.env` with lowest priority. Raises like `load_for`."""
    return load_for(Settings, fallback)


def load_for(process: type[P], fallback: Path | None = None) -> P:
    """Loads the settings of a process. Raises `SettingError` for the first that cannot work."""
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


def unknown_names() -> list[str]:
    """Unknown names in the environment or `.env` that start with ``ACE_``: probably misspelled."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    written = {name.upper() for name in DotEnvSettingsSource(Settings, env_file=ENV_FILE).env_vars}
    return sorted(name for name in written | set(os.environ) if name.startswith(PREFIX) and name not in known)


def key_ring(settings: ProcessSettings, purpose: str) -> KeyRing:
    """The key ring for a purpose. Raises `SettingError` if it is missing or cannot be read."""
    name = f"keys_{purpose}"
    try:
        return KeyRing.parse(settings.need(name))
    except BadKeys as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None
