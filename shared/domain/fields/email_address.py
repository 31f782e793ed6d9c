"""Email addresses: parsed the same way everywhere, and compared in one form by services, loader and index."""

import re
import unicodedata

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, keep_visible

LONGEST = 254
"""Characters in an address (RFC 5321, 4.5.3.1.3, without the angle brackets)."""

LONGEST_LOCAL = 64
"""Bytes before the ``@`` (RFC 5321, 4.5.3.1.1)."""

LONGEST_TYPED = 400
"""Characters that may be pasted: an address and its owner's name."""

_LABEL = re.compile(r"^e-?mail( address)?\s*:\s*", re.IGNORECASE)
"""What may precede a copied address."""


ENCODED_WORD = "=?"
"""How an encoded word begins (RFC 2047). In a local part, mail programs may decode it: another mailbox."""

NOBODY = re.compile(
    r"none|noone|nobody|nil|null|na|tbd|unknown|noe?mail|noaddress|not(available|applicable|provided|known)|(no|donot)reply"
)
"""Local parts, without punctuation and trailing numbers, that people enter when they have no address to give."""

NOWHERE = re.compile(r"none|noe?mail|noaddress|unknown|invalid")
"""First domain labels that mean the same, whatever the local part."""

MADE_UP = re.compile(r"test|example|sample|e?mail|dummy|fake|abc|asdf|xyz|a{1,3}|x{1,3}")
"""Placeholders that count only on both sides of the ``@``."""


def parse(text: str) -> str:
    """The one address in a text, as used for delivery: NFC, the domain in IDNA's ASCII form and lower case.

    The local part keeps its case (RFC 5321, 2.4). Dropped from a copied address: a name before it, ``mailto:``,
    quotation marks, the end of a sentence. Form, commands and loader all read addresses with this function.

    Raises:
        Invalid: ``missing``, ``too-long`` or ``malformed``. Only an email can tell whether anybody reads it.

    """
    import email_validator  # noqa: PLC0415  # a tenth of acectl's time to start, and most commands parse no address

    if len(text) > LONGEST_TYPED:
        raise Invalid("too-long")
    address = _strip_extras(text)
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
    local = address.rpartition("@")[0]  # from our text: the validator lowercases `INFO` and the like
    if len(local.encode()) > LONGEST_LOCAL or ENCODED_WORD in local:
        raise Invalid("malformed")
    accepted = f"{local}@{valid.ascii_domain.lower()}"
    if len(accepted) > LONGEST:
        raise Invalid("too-long")
    return accepted


def _strip_extras(text: str) -> str:
    """The text without the extras of a copied address."""
    address = END.sub("", _LABEL.sub("", keep_visible(text).replace("\u2019", "'")))
    if quoted := re.fullmatch(r"""(["'])(.*)\1""", address):
        address = quoted[2]
    if named := re.fullmatch(r"[^<>@]*<([^<>]*)>", address):
        address = named[1]
    if linked := re.fullmatch(r"mailto:([^?]*)(\?.*)?", address, re.IGNORECASE):
        address = linked[1]
    return END.sub("", address)


def normalize(address: str) -> str:
    """A valid address in lower case, for comparison and indexes: one form per mailbox."""
    return unicodedata.normalize("NFC", address.lower())


def is_placeholder(address: str) -> bool:
    """Whether a valid address only fills the field: ``none@none.com``, ``test@test.com``."""
    local, _, domain = normalize(address).partition("@")
    word = re.sub(r"[._+-]", "", local)
    host = domain.partition(".")[0].replace("-", "")
    if NOBODY.fullmatch(re.sub(r"(?<=\w{4})\d+$", "", word)) or NOWHERE.fullmatch(host):
        return True
    return word == host and MADE_UP.fullmatch(word) is not None


def mask(address: str) -> str:
    """The address as an operator may see it: ``j***@example.com``. Operators need to see the mail server."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def make_hint(address: str) -> str:
    """The address as a stranger may see it: ``j***@e***.com``.

    Those who know the address recognize it; others cannot write to anybody. A full domain would reveal the
    importer's broker, and at a small firm, ``info@`` or any other name often reaches the same person.
    """
    local, _, domain = address.partition("@")
    host, _, top = domain.rpartition(".")
    return f"{local[:1]}***@{host[:1]}***.{top}"
