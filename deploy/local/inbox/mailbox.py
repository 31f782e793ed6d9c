"""Received emails, each in an .eml file."""

import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from shared.domain import base32

READ_AT_ONCE = 10_000

CODE = re.compile(rf"^[{base32.ALPHABET}]{{4}}-[{base32.ALPHABET}]{{4}}$", re.MULTILINE)
"""A verification code, alone on a line of a text part."""


@dataclass(frozen=True)
class ReceivedEmail:
    """An email as people read it. `date` is its arrival."""

    id: str
    sender: str
    to: str
    subject: str
    date: datetime
    message_id: str
    text: str
    html: str

    @property
    def code(self) -> str | None:
        """The verification code in it, for copying."""
        match = CODE.search(self.text)
        return match[0] if match else None

    def as_json(self) -> dict[str, str]:
        """The email as the API returns it."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": self.to,
            "subject": self.subject,
            "date": self.date.isoformat(),
            "message_id": self.message_id,
            "text": self.text,
            "html": self.html,
        }


class Mailbox:
    """A folder of messages. Their ids are their file names, in order of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, source: bytes) -> None:
        """Stores a message completely or not at all."""
        arrived = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        partial = self._folder / f"{arrived}.partial"
        partial.write_bytes(source)
        partial.rename(self._folder / f"{arrived}.eml")

    def list_ids(self) -> list[str]:
        """Ids of all messages, newest first."""
        return sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)

    def read_source(self, id: str) -> bytes | None:
        """The message as it arrived; None if there is no such message."""
        return (self._folder / f"{id}.eml").read_bytes() if id in self.list_ids() else None

    def read_message(self, id: str) -> ReceivedEmail | None:
        """The parsed message; None if there is no such message."""
        return _read(self._folder / f"{id}.eml") if id in self.list_ids() else None

    def list_messages(self, limit: int | None = None) -> list[ReceivedEmail]:
        """All messages, or only the latest `limit`, newest first."""
        return [_read(self._folder / f"{id}.eml") for id in self.list_ids()[:limit]]

    def clear(self) -> None:
        """Deletes every message."""
        for file in self._folder.glob("*.eml"):
            file.unlink()


@lru_cache(READ_AT_ONCE)
def _read(file: Path) -> ReceivedEmail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return ReceivedEmail(
        id=file.stem,
        sender=_read_header(message, "From"),
        to=_read_header(message, "To"),
        subject=_read_header(message, "Subject"),
        date=datetime.fromtimestamp(int(file.stem.split("-")[0]) / 1e9, UTC),
        message_id=_read_header(message, "Message-ID"),
        text=_read_part(message, "plain"),
        html=_read_part(message, "html"),
    )


def _read_header(message: EmailMessage, name: str) -> str:
    return _make_printable(str(message.get(name, "")))


def _read_part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return _make_printable(part.get_content())
    except (LookupError, ValueError):  # an unknown charset or encoding
        return _make_printable(part.get_payload())


def _make_printable(text: object) -> str:
    """Valid text: question marks for invalid characters, and Unix line endings."""
    return str(text).encode("utf-8", "replace").decode().replace("\r\n", "\n")
