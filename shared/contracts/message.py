"""What all messages have in common."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.contracts.breach import BreaksContract, list_breaches

LENGTH_OF_DAY = len("2026-11-02")


def _refuse_numbers(time: object) -> object:
    """Refuses what is no ISO 8601 time: Pydantic takes numbers, also in text, for seconds since 1970, and days too."""
    if isinstance(time, datetime) or (isinstance(time, str) and time[4:5] == "-" and len(time) > LENGTH_OF_DAY):
        return time
    raise ValueError("not ISO 8601")


def _to_utc(time: datetime) -> datetime:
    try:
        utc = time.astimezone(UTC)
    except OverflowError:  # in the calendar's first or last hours, UTC can lie outside it
        raise ValueError("no time in UTC") from None
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


Time = Annotated[AwareDatetime, BeforeValidator(_refuse_numbers), AfterValidator(_to_utc)]
"""A time in ISO 8601 with its zone, kept in UTC to the millisecond."""

Sealed = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]{1,16}\.[A-Za-z0-9_-]{38,}$", max_length=16_384),
    Field(description="AES-256-GCM: key id, dot, base64url of nonce, ciphertext and tag (docs/contracts.md)."),
]
"""Personal data or a secret, sealed. `shared.contracts.sealed` defines the content."""


Ticket = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9._-]{16,200}$"),
    Field(description="Opaque: intake made and signed it."),
]
"""Says that a request waited as it was told to."""

MOST_TIMES = 1_000_000
"""A count that a message carries: far more than retries and operators can reach, and no number that breaks a store."""

MOST_BYTES = 65_536
"""Bytes that a message's body may have: twice as many as the largest."""


ARRIVED_AS = "arrived_as"
"""Where a message keeps the older type as which it arrived: beside its fields, so it is never sent or compared."""


class Message(BaseModel):
    """A message between services. `TYPE` is its AMQP type: name and version."""

    model_config = ConfigDict(
        cache_strings="keys",  # no value that somebody typed stays in the JSON parser's cache
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        defer_build=True,
    )

    TYPE: ClassVar[str]

    IN_CLEAR: ClassVar[Mapping[str, Any]] = {}
    """Fields that headers repeat, so that a message that cannot be read still says what it is about. Each has the type
    that is read there, which takes what a later version may say."""

    application_id: UUID = Field(description="The application that the message is about.")

    @classmethod
    def parse(cls, body: bytes | str) -> Self:
        """The message in a body. Raises `BreaksContract`."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise BreaksContract(list_breaches(error, "body")) from None

    @classmethod
    def name(cls) -> str:
        """The type without its version: the routing key, and its name in logs and histories."""
        return cls.TYPE.partition(".")[0]

    @property
    def sealed_as(self) -> str:
        """The type in whose context its fields are sealed: its own, or the older one as which it arrived."""
        return str(self.__dict__.get(ARRIVED_AS, self.TYPE))

    def note_arrival(self, type_: str) -> Self:
        """The same message, which arrived as an older version."""
        self.__dict__[ARRIVED_AS] = type_  # with a private attribute, reading any message would take twice as long
        return self

    @property
    def deadline(self) -> datetime | None:
        """When the message loses its purpose. None if it never does."""
        return None

    @property
    def own_id(self) -> UUID | None:
        """The message's id if it only depends on what it says, so that everybody who says it says it once."""
        return None

    def body(self) -> bytes:
        """The message as JSON, as the queue holds it."""
        return self.model_dump_json(exclude_none=True).encode()


class Command(Message):
    """A person's request. Its `message_id` is derived from page and fields, so a repeat is the same command."""

    taken_at: Time = Field(description="When the gateway took it. Lateness is judged by this time.")


class Query(Message):
    """A question that changes nothing."""


class Event(Message):
    """Something that happened, or must happen next."""


class Reply(Message):
    """The answer to a command or query: sent to its `reply_to`, with its `correlation_id`."""
