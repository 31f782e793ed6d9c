"""Header fields, folded so that the recipient reads exactly what we wrote.

Python's own (3.11) decode what looks like an encoded word in an address, lose the quotation marks of a folded name,
start some subjects with an empty line, and lose spaces between encoded words.
"""

import re
import textwrap
from collections.abc import Iterator
from email.header import Header
from email.policy import default
from itertools import groupby

COLUMNS = 76
"""The width of a line. Only an address may be wider: it is never broken."""

LONGEST_PART = 60
"""Characters of a name in one pair of quotation marks: what fits on one line."""

LONGEST_LINE = 998
"""Bytes that mail servers accept in a line (RFC 5322, 2.1.1)."""

_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
"""An address without quotation marks, comments or white space (RFC 5322, 3.4.1): almost all are like this."""


def write_subject(text: str) -> str:
    """A subject, in encoded words if it is not ASCII or looks like one (RFC 2047)."""
    if _is_plain(text) and len(text) < LONGEST_LINE / 2:
        return _fold("Subject", text.split(" "))
    return f"Subject: {_encode(text, 'Subject')}"


def write_mailbox(name: str, address: str, display_name: str = "") -> str:
    """The field of this name (``To``, ``From``, ``Reply-To``) with one mailbox. Decodes nothing in name and address."""
    if not display_name:
        return f"{name}: {address}"
    return _fold(name, [*_quote(" ".join(display_name.split()), name), f"<{address}>"])


def reads_back(address: str) -> bool:
    """Whether mail programs read exactly this address in a field that has it."""
    if _ATOMS.fullmatch(address) and "=?" not in address:  # nothing to decode: no need to parse it, which takes longer
        return True
    try:
        addresses = default.header_factory("To", address).addresses
    except (ValueError, AttributeError, IndexError):  # the decoded text would begin another line; bugs of the parser
        return False
    return address.isprintable() and [each.addr_spec for each in addresses] == [address]


def _fold(name: str, parts: list[str]) -> str:
    lines = [f"{name}: {parts[0]}"]
    for part in parts[1:]:
        if len(lines[-1]) + 1 + len(part) > COLUMNS:
            lines.append("")
        lines[-1] += f" {part}"
    return "\r\n".join(lines)


def _quote(text: str, name: str) -> Iterator[str]:
    """A name as a phrase (RFC 5322, 3.2.5): quoted strings, and encoded words for anything beyond plain ASCII."""
    for is_plain, words in groupby(text.split(" "), _is_plain):
        joined = " ".join(words)
        if not is_plain:
            yield from _encode(joined, name).split("\r\n ")
            continue
        for line in textwrap.wrap(joined, LONGEST_PART, break_long_words=False, break_on_hyphens=False):
            escaped = line.replace("\\", "\\\\").replace('"', '\\"')
            yield f'"{escaped}"'


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isprintable() and "=?" not in word


def _encode(text: str, name: str) -> str:
    return Header(text, "utf-8", maxlinelen=COLUMNS, header_name=name).encode(linesep="\r\n")
