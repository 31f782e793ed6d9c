"""A message that a file describes, read as if the broker had delivered it."""

import json
from typing import Annotated, Any, cast

from aio_pika import IncomingMessage
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp.commands import Basic
from pamqp.header import ContentHeader
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, StringConstraints, ValidationError

from shared.messaging import pamqp_patch
from shared.messaging.topology import COMMANDS

Text = Annotated[str, StringConstraints(strict=True)]
Milliseconds = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]+$")]
"""Any other text closes the publisher's channel: the broker refuses it."""


class NotReadable(ValueError):
    """A file that describes no message. Names the parts that are wrong, never what they hold."""


class WrittenProperties(BaseModel):
    """The properties of AMQP, under its names. Those that nobody looks at are there so that no other name passes."""

    model_config = ConfigDict(extra="forbid", cache_strings="keys")

    type: Text | None = None
    message_id: Text | None = None
    user_id: Text | None = None
    reply_to: Text | None = None
    correlation_id: Text | None = None
    content_type: Text | None = None
    content_encoding: Text | None = None
    delivery_mode: StrictInt | None = None
    expiration: Milliseconds | None = None
    priority: StrictInt | None = None
    timestamp: AwareDatetime | None = None
    app_id: Text | None = None


class WrittenMessage(BaseModel):
    """A message as a file describes it."""

    model_config = ConfigDict(extra="forbid", cache_strings="keys")

    routing_key: Text
    properties: WrittenProperties
    headers: dict[str, Any] = Field(default_factory=dict)
    body: Any
    """JSON, sent without blanks; text is sent as it is."""

    @classmethod
    def parse(cls, text: str | bytes) -> "WrittenMessage":
        """Reads a file. Raises `NotReadable`."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False, include_context=False)
            raise NotReadable("; ".join(f"{_name(each['loc'])}: {each['msg']}" for each in wrong)) from None

    def deliver(self) -> IncomingMessage:
        """The message as a worker gets it. It cannot be acknowledged."""
        pamqp_patch.read_leniently()
        body = self.body if isinstance(self.body, str) else json.dumps(self.body, separators=(",", ":"))
        raw = body.encode(errors="surrogatepass")
        properties = Basic.Properties()
        properties.headers = self.headers
        for name, value in self.properties:
            setattr(properties, "message_type" if name == "type" else name, value)
        return IncomingMessage(
            DeliveredMessage(
                delivery=Basic.Deliver(exchange=COMMANDS, routing_key=self.routing_key),
                header=ContentHeader(body_size=len(raw), properties=properties),
                body=raw,
                channel=cast("AbstractChannel", None),  # nothing is sent back
            ),
            no_ack=True,
        )


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "the file"
