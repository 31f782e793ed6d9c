"""Which Linux distribution runs here."""

import platform
from dataclasses import dataclass

OLDEST = {"debian": (12,), "ubuntu": (24, 4)}
"""The oldest supported release of each."""

UNSUPPORTED = "this system is neither Debian 12 nor Ubuntu 24.04 nor a newer one"


@dataclass(frozen=True)
class Distribution:
    """A Linux distribution, as /etc/os-release names it."""

    name: str
    version: str
    codename: str

    @property
    def supported(self) -> bool:
        """Whether the servers can be unpacked from its packages."""
        if self.name not in OLDEST:
            return False
        numbers = tuple(int(number) for number in self.version.split(".") if number.isdigit())
        return not numbers or numbers >= OLDEST[self.name]  # Debian testing has no number


def identify_distribution() -> Distribution:
    """The distribution that runs here; its name is empty if there is no /etc/os-release."""
    try:
        facts = platform.freedesktop_os_release()
    except OSError:
        facts = {}
    return Distribution(facts.get("ID", ""), facts.get("VERSION_ID", ""), facts.get("VERSION_CODENAME", ""))
