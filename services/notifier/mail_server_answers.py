"""What a mail server's answer means for an email: try again later, or the recipient's address is bad.

Plain functions of the answer, its time, and the step of the conversation (RFC 5321, 4.2; RFC 3463).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.domain.fields import email_address
from shared.security.redaction import redact

LATELY = timedelta(minutes=10)
"""How long an accepted recipient proves that the server refuses addresses, not us."""

LONGEST = 160
"""Characters to keep of a server's own words."""

READ = 2_000
"""Characters to read of an answer."""

BARE = frozenset({550, 551, 553})
"""Codes that refuse a recipient without saying why. Servers also send them to clients they do not like."""

_ENHANCED = r"(?P<code>[245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)"
_LEADING = re.compile(rf"^\W*{_ENHANCED}", re.MULTILINE)
_ANYWHERE = re.compile(rf"(?<![\d.]){_ENHANCED}")

_OF_THE_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""No such mailbox or domain, bad syntax, moved, a domain without mail, closed. Other codes that begin with 5.1 are also
about the sender's address or how much it may send."""

_SAYS_NOTHING = "5.1.0"
"""Something about some address: the recipient's, or the sender's."""


class SmtpStage(StrEnum):
    """The step of the conversation that was answered."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"


class Meaning(StrEnum):
    """Who has to solve the problem. Operators read these words as the reason."""

    LATER = "the mail server wants the email later"
    OURS = "the mail server refuses us or the email, not the address"
    ADDRESS = "the mail server refuses the address for good"


@dataclass(frozen=True)
class MailServerAnswer:
    """What a mail server answered: the basic code and the text, its lines separated by line feeds."""

    stage: SmtpStage
    code: int
    text: str = ""

    @property
    def enhanced(self) -> frozenset[str]:
        """The enhanced codes that begin its lines, or else those anywhere in them."""
        text = self.text[:READ]
        return frozenset(_find_codes(_LEADING, text)) or frozenset(_find_codes(_ANYWHERE, text))

    @property
    def numbers(self) -> str:
        """Both codes and the step, without the server's words: ``550 5.1.1 at RCPT``."""
        return " ".join([str(self.code), *sorted(self.enhanced)[:2], "at", self.stage])


def _find_codes(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (match["code"] for match in pattern.finditer(text))


def interpret(answer: MailServerAnswer, *, accepts_others: bool) -> Meaning:
    """What a refusal means. `accepts_others`: whether the same server recently accepted another recipient.

    Only an answer that is clearly about the recipient's address ends an application. It is not clear if the basic and
    the enhanced code contradict each other, or several enhanced codes do.
    """
    if answer.code < 500:
        return Meaning.LATER
    if answer.stage not in (SmtpStage.RCPT, SmtpStage.DATA):
        return Meaning.OURS
    if said := answer.enhanced - {_SAYS_NOTHING}:
        return Meaning.ADDRESS if said <= _OF_THE_ADDRESS else Meaning.OURS
    return Meaning.ADDRESS if answer.code in BARE and accepts_others else Meaning.OURS


class Accepted:
    """The recipients that a mail server accepted last, as far as this process knows.

    Two are enough to tell whether there was another one.
    """

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def add(self, recipient: str, now: datetime) -> None:
        """Remembers that the server accepted an email to this recipient."""
        name = email_address.normalize(recipient)
        others = {other: at for other, at in self._last.items() if other != name}
        self._last = dict([*others.items()][-1:]) | {name: now}

    def has_other_than(self, recipient: str, now: datetime) -> bool:
        """Whether the server accepted an email to somebody else within the last ten minutes."""
        name = email_address.normalize(recipient)
        return any(timedelta() <= now - at <= LATELY for other, at in self._last.items() if other != name)


def quote_answer(text: str, recipient: str) -> str:
    """A server's own words, for operators: on one line, cut to a length, without the address or any part of it."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text[:READ]).split())
    mailbox, _, domain = recipient.rpartition("@")
    hidden: str = redact(_mask(line, recipient))
    for part in filter(None, (mailbox, mailbox.partition("+")[0], domain)):
        hidden = _mask(hidden, part)
    return hidden if len(hidden) <= LONGEST else hidden[: LONGEST - 3] + "..."


def _mask(line: str, part: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "***", line, flags=re.IGNORECASE)
