"""The settings: what is made up, and what nobody knows."""

from services.console.checks.verdict import Check, ok, warn
from shared.settings import MADE_UP, PREFIX, Settings, unknown_names


async def checks(settings: Settings) -> list[Check]:
    """Settings with made-up defaults, and names that mean nothing."""
    found = []
    made_up = [
        f"{PREFIX}{name.upper()}" for name in MADE_UP if getattr(settings, name) == Settings.model_fields[name].default
    ]
    if made_up:
        to_do = "good for trying; before anybody real uses it set them, and ACE_PRODUCTION=true"
        found.append(warn("settings", f"made up: {', '.join(made_up)}", to_do))
    if names := unknown_names():
        found.append(warn("settings", f"mean nothing: {', '.join(names)}", "are they misspelt?"))
    return found or [ok("settings", "nothing is made up")]
