"""A company's website: an http address with a host that can have one (RFC 3986, RFC 5891)."""

import re
from urllib.parse import urlsplit

import idna

from shared.domain.invalid import Invalid
from shared.domain.text import END, line, unless_none

LONGEST = 200

_ASCII_LABEL = re.compile(r"[a-z0-9_-]+", re.IGNORECASE | re.ASCII)


def parse(text: str) -> str:
    """The address as typed; nothing where nothing was entered. Raises `Invalid`: ``malformed``, ``too-long``."""
    typed = END.sub("", unless_none(line(text, longest=LONGEST, required=False)))
    if not typed:
        return ""
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid("malformed") from None
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None or not _is_host(host):
        raise Invalid("malformed")
    return typed


def _is_host(host: str) -> bool:
    """Whether it is a host by its name. Its last part has a letter: digits alone are a telephone number."""
    labels = host.removesuffix(".").split(".")
    return len(labels) > 1 and any(map(str.isalpha, labels[-1])) and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    if _ASCII_LABEL.fullmatch(label):
        return True
    try:
        return bool(idna.encode(label, uts46=True))
    except idna.IDNAError:
        return False
