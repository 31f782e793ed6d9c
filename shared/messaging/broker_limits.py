"""The broker's limits: by policy, by user, by virtual host and in its configuration."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.contracts.message import MOST_BYTES
from shared.messaging.permissions import REPLIES, match_any
from shared.messaging.topology import CODES_DEAD_FOR, MILLISECOND, QUESTION_LIFETIME, REPLAYED, RETRY_STEPS, WORK_QUEUES

DELIVERY_LIMIT = 50
"""Deliveries after which the broker itself dead-letters a message: far more than restarts cause."""

HANDLED_WITHIN = timedelta(minutes=10)
"""How long a delivery may go without an acknowledgment before the broker closes its channel and delivers it again. If a
worker ever forgets one, it is late instead of stuck for the broker's half hour. Handling takes seconds; saving what
an effect did while the database keeps failing takes the longest, some seven minutes."""

NO_LIMIT = 1_000_000_000
"""A delivery limit that is never reached, for queues that only operators read: each look counts as a delivery.
RabbitMQ 4 limits them to 20 by default, and 3.x has no value for "unlimited"."""

DEAD_BYTES = 256 * 1024 * 1024
"""Bytes of dead letters that a queue holds: some 60,000 of the usual size. Once it is full, messages wait in the
longest delay instead of being parked."""

REPLY_BYTES = 4 * 1024 * 1024
"""Bytes of replies that may wait for one gateway process. Beyond that, the oldest is dropped: its page asks again."""

LARGEST_MESSAGE = 16 * MOST_BYTES
"""Bytes. The broker refuses what is larger. What is only somewhat too large reaches a worker, which parks it without
its body and tells the sender."""

STAMP_SETTING = "message_interceptors.incoming.set_header_timestamp.overwrite"
"""Has the broker stamp each message with the time of its arrival (`headers.STAMP`), whatever its publisher says.
RabbitMQ 3.12 or later."""

CONFIGURATION = {
    "max_message_size": str(LARGEST_MESSAGE),
    "channel_max": "64",
    STAMP_SETTING: "true",
}
"""Lines of rabbitmq.conf, the same on every node."""

DEAD_LETTERED_AGAIN_AFTER = timedelta(seconds=15)
"""When the broker moves a message again that its next queue did not confirm, because that was away or full. RabbitMQ's
own three minutes are long for somebody who waits. A shorter time would move messages twice that a slow queue is about
to confirm."""

ADVANCED = {"dead_letter_worker_publisher_confirm_timeout": DEAD_LETTERED_AGAIN_AFTER // MILLISECOND}
"""What rabbitmq.conf cannot say: settings of the broker's application `rabbit`, the same on every node."""

USER_LIMITS = {"max-connections": 200, "max-channels": 2_000}
"""For each service's user: three times what `make run` can start. A worker has one connection with up to five
channels."""

VHOST_LIMITS = {"max-queues": 1_000}
"""Ours, and a reply queue for each gateway process."""


_WORK = {"delivery-limit": DELIVERY_LIMIT, "consumer-timeout": HANDLED_WITHIN // MILLISECOND}
_DEAD_LETTERS = {"delivery-limit": NO_LIMIT, "max-length-bytes": DEAD_BYTES, "overflow": "reject-publish"}


@dataclass(frozen=True)
class Policy:
    """An operator's setting for some queues."""

    name: str
    pattern: str
    definition: dict[str, Any]
    apply_to: str = "queues"


POLICIES = (
    Policy(
        "ace-questions",
        match_any(queue.name for queue in WORK_QUEUES if not queue.has_dead_letters),
        {"message-ttl": QUESTION_LIFETIME // MILLISECOND, **_WORK},
    ),
    Policy(
        "ace-work",
        match_any(REPLAYED),
        {**_WORK, "dead-letter-strategy": "at-least-once", "overflow": "reject-publish"},
    ),
    Policy(
        "ace-dead",
        match_any(queue.dead for queue in WORK_QUEUES if queue.has_dead_letters and not queue.recovery.dead_for),
        _DEAD_LETTERS,
    ),
    Policy(
        "ace-dead-codes",
        match_any(queue.dead for queue in WORK_QUEUES if queue.recovery.dead_for),
        _DEAD_LETTERS | {"message-ttl": CODES_DEAD_FOR // MILLISECOND},
    ),
    Policy("ace-retry", match_any(step.name for step in RETRY_STEPS), {"delivery-limit": NO_LIMIT}),
    Policy("ace-replies", f"^{REPLIES}".replace(".", r"\."), {"expires": 60_000, "max-length-bytes": REPLY_BYTES}),
    Policy(
        "ace-reply-streams",
        f"^{REPLIES}".replace(".", r"\."),
        {"max-length-bytes": REPLY_BYTES, "stream-max-segment-size-bytes": REPLY_BYTES},
        "streams",
    ),
)
"""RabbitMQ applies a policy only to queue types that know every key in it. Streams cannot expire, so they have
their own policy; no gateway needs one."""
