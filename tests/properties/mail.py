"""The mail server: what it accepted, and what it says next."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiosmtplib

from shared.contracts.events import CodeIssued, LetterDue
from tests.properties.network import Reached, Work, working

if TYPE_CHECKING:
    from tests.properties.world import World

CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Accepted:
    """A letter that the mail server took responsibility for."""

    application: UUID
    kind: str
    message_id: str
    to: str
    code: str | None
    at: datetime
    by: Work


class MailServer:
    """Accepts letters, wants them later (4yz), or refuses them for good (5yz)."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.says = 250
        self.accepted: list[Accepted] = []

    def connection(self, **_: Any) -> "Connection":
        """What `aiosmtplib.SMTP` makes."""
        return Connection(Reached(self._world.network, "mail", self, _gone))

    async def connect(self) -> None:
        """Says hello."""

    async def sendmail(self, _sender: str, recipients: list[str], content: bytes, *, mail_options: list[str]) -> None:
        """Answers to the recipient where it refuses for good, and to DATA where it wants the letter later."""
        [to], letter = recipients, message_from_bytes(content, policy=default)
        assert mail_options == []
        if self.says >= 500:
            refused = aiosmtplib.SMTPRecipientRefused(self.says, "no such mailbox", to)
            raise aiosmtplib.SMTPRecipientsRefused([refused])
        if self.says >= 400:
            raise aiosmtplib.SMTPDataError(self.says, "later")
        work = working.get()
        assert work.sent is not None
        event = work.sent.message
        assert isinstance(event, CodeIssued | LetterDue)
        text = letter.get_body(("plain",))
        code = CODE.search(text.get_content()) if text and isinstance(event, CodeIssued) else None
        kind = "verification-code" if isinstance(event, CodeIssued) else event.letter.value
        accepted = Accepted(
            application=event.application_id,
            kind=kind,
            message_id=letter["Message-ID"],
            to=to,
            code=code[1] if code else None,
            at=self._world.clock(),
            by=work,
        )
        work.letters.append(accepted)
        self.accepted.append(accepted)


class Connection:
    """A connection to it."""

    def __init__(self, reached: Reached) -> None:
        self.connect = reached.connect
        self.sendmail = reached.sendmail

    def close(self) -> None:
        """Hangs up."""


def _gone() -> BaseException:
    return aiosmtplib.SMTPServerDisconnected("gone")
