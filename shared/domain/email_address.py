"""Email addresses in the one normal form that loader, services and blind index share."""

import re
import unicodedata

import email_validator

from shared.domain.invalid import Invalid
from shared.domain.text import END, visible

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

LONGEST_LOCAL = 64
"""Bytes before the ``@`` (RFC 5321, 4.5.3.1.1)."""

LONGEST_TYPED = 400
"""Characters that may be pasted: an address and the name of who has it."""

_LABEL = re.compile(r"^e-?mail( address)?\s*:\s*", re.IGNORECASE)
"""What may stand before an address where it was copied."""


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
    if len(valid.local_part.encode()) > LONGEST_LOCAL:
        raise Invalid("malformed")
    normal = f"{valid.local_part}@{valid.ascii_domain}".lower()
    if len(normal) > LONGEST:
        raise Invalid("too-long")
    return normal


def parse_typed(text: str) -> str:
    """The same from what a person typed or pasted: ``Ada Lovelace <mailto:ada@acme.example>``. For the form only."""
    if len(text) > LONGEST_TYPED:
        raise Invalid("too-long")
    address = END.sub("", _LABEL.sub("", visible(text).replace("\u2019", "'")))
    if quoted := re.fullmatch(r"""(["'])(.*)\1""", address):
        address = quoted[2]
    if named := re.fullmatch(r"[^<>@]*<([^<>]*)>", address):
        address = named[1]
    if linked := re.fullmatch(r"mailto:([^?]*)(\?.*)?", address, re.IGNORECASE):
        address = linked[1]
    return parse(END.sub("", address))


def masked(address: str) -> str:
    """The address as an operator may see it, who has to tell one mail server from another: ``j***@example.com``."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def hint(address: str) -> str:
    """The address as a stranger may see it: ``j***@e***.com``.

    Who knows the address recognizes it. Who does not can write to nobody: a whole domain would name the importer's
    broker, and where it is a small firm's, ``info@`` or any other name often reaches the same person.
    """
    local, _, domain = address.partition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}***@{host[:1]}***.{top}"
