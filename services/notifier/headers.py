"""Header fields that fold themselves, so that the recipient reads exactly what we wrote.

Python's own (3.11) decode what looks like an encoded word in an address, lose the quotation marks of a folded name,
start some subjects with an empty line, and lose spaces between encoded words.
"""

import textwrap
from collections.abc import Iterator
from email.header import Header
from email.parser import HeaderParser
from email.policy import Policy, default
from itertools import groupby
from typing import Self

COLUMNS = 76
"""The width of a line. Only an address may be wider: it is never broken."""

LONGEST_PART = 60
"""Characters of a name in one pair of quotation marks: what fits on one line."""


class Subject(str):
    """A subject, in encoded words if it is not ASCII (RFC 2047)."""

    name = "Subject"

    def fold(self, *, policy: Policy) -> str:
        """The header in lines."""
        encoded = _encode(self, "us-ascii" if self.isascii() else "utf-8", self.name)
        return f"{self.name}: {encoded}\n".replace("\n", policy.linesep)


class AddressField(str):
    """A header field that names one mailbox, as readers see it: ``Ada King <ada@acme.example>``."""

    name: str
    display_name: str
    address: str

    @classmethod
    def make(cls, name: str, address: str, display_name: str = "") -> Self:
        """Makes the field of this name (``To``, ``From``, ``Reply-To``). Decodes nothing in name and address."""
        display_name = " ".join(display_name.split())
        field = cls(f"{display_name} <{address}>" if display_name else address)
        field.name, field.address, field.display_name = name, address, display_name
        return field

    def fold(self, *, policy: Policy) -> str:
        """The header in lines."""
        parts = [*_quote(self.display_name, self.name), f"<{self.address}>"] if self.display_name else [self.address]
        lines = [f"{self.name}:"]
        for part in parts:
            if len(lines[-1]) + 1 + len(part) > COLUMNS and not lines[-1].endswith(":"):
                lines.append("")
            lines[-1] += f" {part}"
        return policy.linesep.join(lines) + policy.linesep


def _quote(text: str, name: str) -> Iterator[str]:
    """A name as a phrase (RFC 5322, 3.2.5): quoted strings, and encoded words for anything beyond plain ASCII."""
    for is_plain, words in groupby(text.split(" "), _is_plain):
        joined = " ".join(words)
        if not is_plain:
            yield from _encode(joined, "utf-8", name).split("\n ")
            continue
        for line in textwrap.wrap(joined, LONGEST_PART, break_long_words=False, break_on_hyphens=False):
            escaped = line.replace("\\", "\\\\").replace('"', '\\"')
            yield f'"{escaped}"'


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isprintable() and "=?" not in word


def _encode(text: str, charset: str, name: str) -> str:
    return Header(text, charset, maxlinelen=COLUMNS, header_name=name).encode(linesep="\n")


def read_recipients(content: bytes) -> list[str]:
    """The addresses in ``To`` as a mail program reads them; none if it cannot be read."""
    head = content.partition(b"\r\n\r\n")[0].decode()
    try:
        return [address.addr_spec for address in HeaderParser(policy=default).parsestr(head)["To"].addresses]
    except ValueError:  # the decoded text would begin another line
        return []
