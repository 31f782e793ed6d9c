"""How settings are loaded: environment variables under ``ACE_``, lines of a ``.env`` file, or a secret's file.

A setting that cannot work stops the program at its start with one line that names it (`SettingError`). A name under
``ACE_`` that means nothing is a warning (`unknown_names`).
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
"""Settings whose defaults are good for trying the system only."""

P = TypeVar("P", bound=ProcessSettings)


def load(fallback: Path | None = None) -> Settings:
    """Every setting. `fallback` is a file like `.env` for what is set nowhere else. Raises as `load_for` does."""
    return load_for(Settings, fallback)


def load_for(process: type[P], fallback: Path | None = None) -> P:
    """The settings of a process. Raises `SettingError` with one line on the first that cannot work."""
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
    """Names in the environment or in `.env` that start with ``ACE_`` and mean nothing here: likely misspelt."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    written = {name.upper() for name in DotEnvSettingsSource(Settings, env_file=ENV_FILE).env_vars}
    return sorted(name for name in written | set(os.environ) if name.startswith(PREFIX) and name not in known)


def key_ring(settings: ProcessSettings, purpose: str) -> KeyRing:
    """The ring for a purpose. Raises `SettingError` where it is missing or cannot be read."""
    name = f"keys_{purpose}"
    try:
        return KeyRing.parse(settings.need(name))
    except BadKeys as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None
