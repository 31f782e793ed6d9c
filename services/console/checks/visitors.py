"""Whether the networks of visitors are known, by the code emails of the last day: limits count by them."""

from collections.abc import Mapping

from services.console.checks.verdict import Check, ok, warn

ENOUGH = 20
"""Code emails in a day before they say anything."""

PROXY = "name the form's proxy in ACE_TRUSTED_PROXIES, and have it send X-Forwarded-For"


def check_networks(counted: Mapping[str, int]) -> Check:
    """`counted`: code emails by network. Under the empty name are those that came without one."""
    name, total, unknown = "visitors", sum(counted.values()), counted.get("", 0)
    if total < ENOUGH:
        return ok(name, f"{total} code emails in the last day: too few to tell whether networks are known")
    if 2 * unknown > total:
        says = f"{unknown} of {total} code emails in the last day came without a network: no limit of networks applies"
        return warn(name, says, f"{PROXY}; gateways of others send tags (docs/contracts.md)")
    if len(counted) == 1:
        says = f"all {total} code emails in the last day were asked for from one network"
        return warn(name, says, f"if it is a proxy's, {PROXY}")
    return ok(name, f"{total - unknown} of {total} code emails in the last day came with their network")
