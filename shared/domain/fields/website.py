"""A company's website: an http address with a plausible host (RFC 3986, RFC 5891)."""

import re
from urllib.parse import urlsplit

import idna

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, clear_placeholder, read_line, unquote

LONGEST = 200

_LABEL = re.compile(r"^(?:(?:our|company) )?(?:web ?(?:site|page)?|home ?page|ur[li])(?: address)? ?[:=] ?(?!//)", re.I)
"""What may precede a copied address: ``Website:``, ``URL:`` (RFC 3986, appendix C)."""

_DOTS = re.compile("[.\u3002\uff0e\uff61]")
"""What separates a host's labels. East Asian keyboards type the others (RFC 3490, 3.1)."""

_ASCII_LABEL = re.compile(r"(?!xn--)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE | re.ASCII)

_NUMBER = re.compile("[0-9-]+|0x[0-9a-f]*", re.IGNORECASE)

_LONGEST_HOST = 253


def parse(text: str) -> str:
    """The address as typed; empty if nothing was entered. Raises `Invalid`: ``malformed``, ``too-long``."""
    pasted = unquote(END.sub("", clear_placeholder(read_line(text, longest=LONGEST, required=False))))
    typed = END.sub("", unquote(_LABEL.sub("", pasted)))
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
    """Whether it is a host name. Its last label is not a number: that would be an IP address or a telephone number."""
    try:
        labels = [_encode_label(label) for label in _DOTS.split(re.sub(f"{_DOTS.pattern}$", "", host))]
    except idna.IDNAError:
        return False
    return len(labels) > 1 and not _NUMBER.fullmatch(labels[-1]) and len(".".join(labels)) <= _LONGEST_HOST


def _encode_label(label: str) -> str:
    """The label as in DNS. Raises `idna.IDNAError` if it is not valid."""
    if _ASCII_LABEL.fullmatch(label):
        return label
    if label.isascii() and not label.lower().startswith("xn--"):
        raise idna.IDNAError(label)
    return idna.encode(label, uts46=True).decode()
