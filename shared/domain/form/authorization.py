"""The authorization's wordings: what a requester agrees to by checking the box (guide, step 6)."""

from shared.domain.errors import Invalid

NEWEST = "2026-11"

WORDINGS = {
    NEWEST: "By selecting this box I am verifying that I am legally authorized to bind my company to the ACE Secure "
    "Data Portal and its terms and conditions. (electronic signature)",
}
"""Every wording by its id. One that was shown stays, because applications name it."""


def parse(id: str) -> str:
    """The id of a wording; the newest if none is named. Raises `Invalid`: ``unknown``."""
    if id and id not in WORDINGS:
        raise Invalid("unknown")
    return id or NEWEST
