"""Settings with keys, for services that a test runs itself."""

from collections.abc import Mapping
from typing import Any

from shared.security.keys import make_environment
from shared.settings.processes import Settings


def settings_with_keys(environment: Mapping[str, str] | None = None, **values: Any) -> Settings:
    """Settings with these values and this environment's keys, or new keys."""
    keys = environment or make_environment()
    return Settings.model_validate({name.removeprefix("ACE_").lower(): key for name, key in keys.items()} | values)
