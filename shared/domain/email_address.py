"""E-mail addresses in the one normal form that loader, services and blind index share."""

import unicodedata

import email_validator

from shared.domain.invalid import Invalid

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""


def parse(text: str) -> str:
    """The address in its normal form: NFC, lower case, the domain in IDNA's ASCII form.

    Raises:
        Invalid: ``missing``, ``too-long`` or ``malformed``. Whether somebody reads it, only a letter can tell.

    """
    address = unicodedata.normalize("NFC", text.strip())
    if not address:
        raise Invalid("missing")
    if len(address) > LONGEST:
        raise Invalid("too-long")
    try:
        valid = email_validator.validate_email(
            address, check_deliverability=False, test_environment=True, allow_display_name=False
        )
    except email_validator.EmailNotValidError:
        raise Invalid("malformed") from None
    normal = f"{valid.local_part}@{valid.ascii_domain}".lower()
    if len(normal) > LONGEST:
        raise Invalid("too-long")
    return normal


def masked(address: str) -> str:
    """The address as a log or a stranger may see it: ``j***@example.com``."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"
