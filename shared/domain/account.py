"""What provisioning creates: the top account, its Trade Account Owner and the importer view."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.domain import base32

TRADE_ACCOUNT_OWNER = "Trade Account Owner"


@dataclass(frozen=True)
class Account:
    """A top account with its owner and its first importer view, created together or not at all."""

    number: str
    """``A-XXXX-XXXX-XXXX``, derived from the application's id."""
    application_id: UUID
    importer: str
    """Blind index of the importer record number."""
    owner: str
    """Blind index of the owner's email address."""
    particulars: str
    """Sealed company and owner."""
    created_at: datetime


def derive_number(application_id: UUID) -> str:
    """The account's number: the same however often the application is provisioned."""
    digest = hashlib.sha256(b"account:" + application_id.bytes).digest()
    return "A-" + base32.encode(int.from_bytes(digest[:8], "big"), 12)
