"""The settings: made-up defaults, and unknown names."""

from services.console.checks.verdict import Check, ok, warn
from shared.settings.groups import PREFIX
from shared.settings.loading import MADE_UP, list_unknown_names
from shared.settings.processes import Settings


async def check_settings(settings: Settings) -> list[Check]:
    """Settings that still have made-up defaults, and names that no process reads."""
    found = []
    made_up = [
        f"{PREFIX}{name.upper()}" for name in MADE_UP if getattr(settings, name) == Settings.model_fields[name].default
    ]
    if made_up:
        to_do = "fine for trying it out; before real use, set them and ACE_PRODUCTION=true"
        found.append(warn("settings", f"made up: {', '.join(made_up)}", to_do))
    if names := list_unknown_names(Settings):
        found.append(warn("settings", f"unknown: {', '.join(names)}", "are they misspelled?"))
    return found or [ok("settings", "no made-up defaults")]
