"""What a process says about itself when it connects to the broker, for operators."""

from typing import Any

from shared.settings import loading
from shared.settings.groups import ServiceSettings

KEYS = "ace_keys"
"""The fingerprints of its key rings, by purpose (`KeyRing.describe`)."""

COMMIT = "ace_commit"
"""The commit that it runs (`ACE_COMMIT`)."""


def describe_process(settings: ServiceSettings) -> dict[str, Any]:
    """The properties of a connection of a process with these settings."""
    return {COMMIT: settings.commit, KEYS: loading.describe_key_rings(settings)}
