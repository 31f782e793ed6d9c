"""What is known about the system at one moment. Nothing here is judged; None always means: not known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.console.queues.queue_statistics import QueueStatistics
from shared.storage.overview import Deliveries


@dataclass(frozen=True)
class Failure:
    """Something did not answer, or refused."""

    says: str
    since: datetime
    """When whoever looks first saw it. It may have begun earlier."""


@dataclass(frozen=True, kw_only=True)
class BrokerFacts:
    """What the broker says, and what it does with a trial message. The broker vouches for all of it."""

    queues: Mapping[str, QueueStatistics] = field(default_factory=dict)
    """Each queue that is there."""
    alarms: tuple[str, ...] | None = None
    """What is wrong with its nodes, a sentence each."""
    takes_messages: bool | None = None
    """Whether it took a trial message in time. It takes none while an alarm holds."""
    stamps: bool | None = None
    """Whether it overwrote the trial message's forged time of arrival."""
    gateways: int | None = None
    """How many processes of our own form are connected: each consumes from a reply queue."""
    ages: Mapping[str, float] = field(default_factory=dict)
    """Seconds since the first message of a queue was published, where it was looked at."""
    keys: tuple[tuple[str, str], ...] | None = None
    """How the services' keys differ, and what to do about it."""
    management: str | None = None
    """Why the management interface said nothing, in one line."""


@dataclass(frozen=True, kw_only=True)
class DatabaseFacts:
    """What the database holds. The services that write it vouch for that."""

    has_importers: bool
    waiting: int
    """Applications that wait for a worker, not for a person."""
    waiting_since: datetime | None = None
    """The longest of them."""
    deliveries: Deliveries = field(default_factory=Deliveries)
    """How handing over the emails of `EMAILS_WITHIN` went."""


@dataclass(frozen=True, kw_only=True)
class MailFacts:
    """What came of connecting to the mail server from here."""

    failure: Failure | None = None
    tried_at: datetime | None = None
    was_tried: bool = True


@dataclass(frozen=True, kw_only=True)
class HealthFacts:
    """All that is known about the system at one moment."""

    at: datetime
    broker: BrokerFacts | Failure
    database: DatabaseFacts | Failure | None
    mail: MailFacts
