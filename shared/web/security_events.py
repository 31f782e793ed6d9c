"""What visitors of good will do not send: counted, and logged with a tag of the network, never with an address."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from shared.observability import metrics
from shared.security.fingerprints import BlindIndex
from shared.security.networks import tag_networks

log = structlog.get_logger()

MINUTE = 60.0

LINES = 20
"""Lines for a kind of event in a minute, one for each network. The rest is only counted: nobody can fill the log."""


class SecurityEvent(StrEnum):
    """What happened."""

    FORM_TOKEN = "form-token"  # noqa: S105  # a name
    FOREIGN_POST = "foreign-post"
    COOKIE = "cookie"
    REFUSED_BODY = "refused-body"
    INVALID_HTTP = "invalid-http"
    SLOW_CLIENT = "slow-client"
    TOO_MANY_CONNECTIONS = "too-many-connections"
    FAILED_LOGIN = "failed-login"


MEANINGS = {
    SecurityEvent.FORM_TOKEN: "a form came with a token that is forged, or another browser's",
    SecurityEvent.FOREIGN_POST: "another site's page sent a form",
    SecurityEvent.COOKIE: "a session cookie does not open",
    SecurityEvent.REFUSED_BODY: "a form was too large, or no form",
    SecurityEvent.INVALID_HTTP: "a request was not valid HTTP",
    SecurityEvent.SLOW_CLIENT: "a client that sent or read too slowly was cut off",
    SecurityEvent.TOO_MANY_CONNECTIONS: "a connection was refused: its network, or all together, have too many",
    SecurityEvent.FAILED_LOGIN: "the console was given a wrong name or password",
}

REFUSED_FORMS = {
    403: SecurityEvent.FOREIGN_POST,
    408: SecurityEvent.SLOW_CLIENT,
    413: SecurityEvent.REFUSED_BODY,
    415: SecurityEvent.REFUSED_BODY,
}
"""What a form is that `read_form` refuses with this status."""


@dataclass
class _Lines:
    """The lines of a kind of event in the current minute."""

    since: float
    networks: set[str] = field(default_factory=set)
    unlogged: int = 0
    """Events since the last line."""


class SecurityEvents:
    """Counts and logs them."""

    def __init__(self, index: BlindIndex, clock: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._clock = clock
        self._lines = {event: _Lines(since=clock()) for event in SecurityEvent}
        metrics.begin(metrics.SECURITY_EVENTS, SecurityEvent)

    def record(self, event: SecurityEvent, host: str) -> None:
        """Counts an event, and logs it if its network has not had a line in this minute, and lines are left.

        `host`: the visitor's address, or the proxy's if nothing is known of the visitor.
        """
        metrics.SECURITY_EVENTS.labels(event).inc()
        lines, now = self._lines[event], self._clock()
        if now - lines.since >= MINUTE:
            lines.since = now
            lines.networks.clear()
        network = next(iter(tag_networks(self._index, host)), "") if len(lines.networks) < LINES else None
        if network is None or network in lines.networks:
            lines.unlogged += 1
            return
        lines.networks.add(network)
        log.warning(MEANINGS[event], security=event.value, network=network, unlogged=lines.unlogged)
        lines.unlogged = 0
