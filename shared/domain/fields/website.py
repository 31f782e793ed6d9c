"""A company's website: an http address with a host that can have one (RFC 3986, RFC 5891)."""

import re
from urllib.parse import urlsplit

import idna

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, line, unless_none, unquoted

LONGEST = 200

_LABEL = re.compile(r"^(?:(?:our|company) )?(?:web ?(?:site|page)?|home ?page|ur[li])(?: address)? ?[:=] ?(?!//)", re.I)
"""What may stand before an address where it was copied: ``Website:``, ``URL:`` (RFC 3986, appendix C)."""

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""What parts the labels of a host. East Asian keyboards have the others (RFC 3490, 3.1)."""

_ASCII_LABEL = re.compile(r"(?!xn--)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE | re.ASCII)

_NUMBER = re.compile("[0-9-]+|0x[0-9a-f]*", re.IGNORECASE)

_LONGEST_HOST = 253


def parse(text: str) -> str:
    """The address as typed; nothing where nothing was entered. Raises `Invalid`: ``malformed``, ``too-long``."""
    pasted = unquoted(END.sub("", unless_none(line(text, longest=LONGEST, required=False))))
    typed = END.sub("", unquoted(_LABEL.sub("", pasted)))
    if not typed:
        return ""
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("malformed") from None
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None or port == 0:
        raise Invalid("malformed")
    if re.search(r'[\s<>"\\]', typed) or not _is_host(host):
        raise Invalid("malformed")
    return typed


def _is_host(host: str) -> bool:
    """Whether it is a host by its name. Its last part is no number: such hosts are addresses, or telephone numbers."""
    try:
        labels = [_ascii(label) for label in _DOTS.split(re.sub(f"{_DOTS.pattern}$", "", host))]
    except idna.IDNAError:
        return False
    return len(labels) > 1 and not _NUMBER.fullmatch(labels[-1]) and len(".".join(labels)) <= _LONGEST_HOST


def _ascii(label: str) -> str:
    """The label as name servers know it. Raises `idna.IDNAError` where it can be none."""
    if _ASCII_LABEL.fullmatch(label):
        return label
    if label.isascii() and not label.lower().startswith("xn--"):
        raise idna.IDNAError(label)
    return idna.encode(label, uts46=True).decode()
