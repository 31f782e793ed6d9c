"""The settings: what production refuses, and unknown names."""

from services.console.checks.verdict import Check, bad, ok, warn
from shared.settings import risks
from shared.settings.loading import list_unknown_names
from shared.settings.processes import Settings
from shared.settings.production import Finding, find_risks


async def check_settings(settings: Settings) -> list[Check]:
    """Settings that production refuses, and names that no process reads."""
    risky = [*find_risks(settings)]
    if not settings.production and len(risky) > 1:
        refused = ", ".join(dict.fromkeys(finding.risk for finding in risky))
        to_do = "nothing while it is tried out; before real use, ACE_PRODUCTION=true acectl doctor names each"
        found = [warn("settings", f"production refuses: {refused}", to_do)]
    else:
        found = [_judge(settings, finding) for finding in risky]
    if names := list_unknown_names(Settings):
        found.append(
            warn("settings", f"unknown: {', '.join(names)}", "correct what is misspelled, and remove the rest")
        )
    return found or [ok("settings", "nothing that production refuses")]


def _judge(settings: Settings, finding: Finding) -> Check:
    """A warning, unless a process refuses to start because of it. Whether it does, a default here does not tell."""
    if finding.risk in risks.parse(settings.production_allows):
        return warn("settings", f"{finding}", f"nothing, if it is on purpose: {finding.risk} is allowed")
    if not settings.production:
        return warn("settings", f"{finding}", f"fine for trying it out; production refuses it ({finding.risk})")
    if settings.model_fields_set.isdisjoint(finding.names):
        return warn("settings", f"{finding}", f"set it wherever it is read; production refuses it ({finding.risk})")
    return bad("settings", f"{finding}", f"change it, or allow it with ACE_PRODUCTION_ALLOWS={finding.risk}")
