"""Email addresses: read in one way wherever they come in, and compared in one form by services, loader and index."""

import re
import unicodedata

import email_validator

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, visible

LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

LONGEST_LOCAL = 64
"""Bytes before the ``@`` (RFC 5321, 4.5.3.1.1)."""

LONGEST_TYPED = 400
"""Characters that may be pasted: an address and the name of who has it."""

_LABEL = re.compile(r"^e-?mail( address)?\s*:\s*", re.IGNORECASE)
"""What may stand before an address where it was copied."""


ENCODED_WORD = "=?"
"""How an encoded word begins (RFC 2047). In a local part, mail programs may decode it: another mailbox."""

NOBODY = re.compile(
    r"none|noone|nobody|nil|null|na|tbd|unknown|noe?mail|noaddress|not(available|applicable|provided|known)|(no|donot)reply"
)
"""Local parts, without punctuation and numbers behind them, that stand where somebody had no address to give."""

NOWHERE = re.compile(r"none|noe?mail|noaddress|unknown|invalid")
"""First labels of domains that stand for the same, whatever is before them."""

MADE_UP = re.compile(r"test|example|sample|e?mail|dummy|fake|abc|asdf|xyz|a{1,3}|x{1,3}")
"""What stands for an address only on both sides of the ``@``."""


def parse(text: str) -> str:
    """The one address in a text, as email is delivered to it: NFC, the domain in IDNA's ASCII form and lower case.

    The local part keeps its case (RFC 5321, 2.4). What comes along with a copied address is left out: a name before it,
    ``mailto:``, quotation marks, the end of a sentence. Form, commands and loader read addresses by this alone.

    Raises:
        Invalid: ``missing``, ``too-long`` or ``malformed``. Whether somebody reads it, only an email can tell.

    """
    if len(text) > LONGEST_TYPED:
        raise Invalid("too-long")
    address = _bare(text)
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
    local = address.rpartition("@")[0]  # what was validated: there, `INFO` and its like lose their case
    if len(local.encode()) > LONGEST_LOCAL or ENCODED_WORD in local:
        raise Invalid("malformed")
    accepted = f"{local}@{valid.ascii_domain.lower()}"
    if len(accepted) > LONGEST:
        raise Invalid("too-long")
    return accepted


def _bare(text: str) -> str:
    """The text without what comes along with a copied address."""
    address = END.sub("", _LABEL.sub("", visible(text).replace("\u2019", "'")))
    if quoted := re.fullmatch(r"""(["'])(.*)\1""", address):
        address = quoted[2]
    if named := re.fullmatch(r"[^<>@]*<([^<>]*)>", address):
        address = named[1]
    if linked := re.fullmatch(r"mailto:([^?]*)(\?.*)?", address, re.IGNORECASE):
        address = linked[1]
    return END.sub("", address)


def comparable(address: str) -> str:
    """What is compared and indexed: an accepted address in lower case, so that a mailbox has one form."""
    return unicodedata.normalize("NFC", address.lower())


def is_placeholder(address: str) -> bool:
    """Whether an accepted address stands where somebody had none to give: ``none@none.com``, ``test@test.com``."""
    local, _, domain = comparable(address).partition("@")
    word = re.sub(r"[._+-]", "", local)
    host = domain.partition(".")[0].replace("-", "")
    if NOBODY.fullmatch(re.sub(r"(?<=\w{4})\d+$", "", word)) or NOWHERE.fullmatch(host):
        return True
    return word == host and MADE_UP.fullmatch(word) is not None


def mask(address: str) -> str:
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
