"""What only our keys can make: any other cookie, form token, sealed text, ticket or key ring is none."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from services.gateway.http.form_token import FormTokens
from services.gateway.http.session_cookie import SessionCookie
from services.gateway.journey.session import Session
from services.intake.tickets import Tickets
from shared.contracts.sealed import TypedCode
from shared.security import networks
from shared.security.fingerprints import Fingerprints
from shared.security.keys import BadKeys, KeyRing, make_ring
from shared.security.sealing import CannotOpen, Sealer
from tests.fuzz.cases import cases, soon
from tests.fuzz.hostile import texts

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
RING = KeyRing({"k1": bytes(32), "k2": bytes(range(32))})
SEALER = Sealer(RING)
SESSION = Session(seen_at=NOW)
ASKED = UUID(int=7)
TICKETS = Tickets(Fingerprints(RING))
TOKENS = FormTokens(SEALER)

SEALED = [SEALER.seal_bytes(b"{}", "session"), SEALER.seal_bytes(b"not compressed", "session"), TOKENS.issue(SESSION)]
TICKET = TICKETS.issue(ASKED, "gateway", NOW)
forged = texts([*SEALED, "k1." + "A" * 60, "k2." + "=" * 60, "k1.", ".", TICKET, TICKET.replace(".", "..")])


@cases(100)
@given(forged)
def test_a_forged_text_opens_nothing(text: str) -> None:
    with soon():
        for context in ("other", ""):
            with pytest.raises(CannotOpen):
                SEALER.open(TypedCode, text, context)
        assert TOKENS.read(text, SESSION.id) is None or text == SEALED[2]
        assert not TICKETS.has_waited(text, ASKED, "other gateway", NOW)
        assert TICKETS.has_waited(text, ASKED, "gateway", NOW) == (text == TICKET)


def request_with(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode("utf-8", "surrogateescape"))]})


@cases(100)
@given(st.lists(forged, min_size=1, max_size=4), st.sampled_from(["; ", ";", ";;", "=", ","]))
def test_a_forged_cookie_is_no_session(pieces: list[str], between: str) -> None:
    request = request_with(between.join(f"ace-session-{number}={piece}" for number, piece in enumerate(pieces)))
    with soon():
        assert SessionCookie(SEALER, secure=False).load(request) is None


@cases(50)
@given(texts([make_ring(), f"{make_ring()},{make_ring()}", "k1:" + "A" * 43 + "="]))
def test_any_text_is_a_key_ring_or_says_what_is_wrong(text: str) -> None:
    with soon():
        try:
            ring = KeyRing.parse(text)
        except BadKeys as error:
            assert len(str(error)) < 100  # noqa: PT017  # the other outcome is as good
        else:
            assert all(len(key) == 32 for key in ring.keys.values())


ADDRESSES = ["203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7", "fe80::1%eth0", "1.2.3.04", "0x7f.1", "::1.2.3.4"]


@cases(100)
@given(texts(ADDRESSES, surrogates=True) | st.ip_addresses().map(str))
def test_any_host_has_networks_or_none(host: str) -> None:
    with soon():
        found = networks.list_networks(host)
    assert len(found) in (0, 3, 4)
    assert all(len(network) <= 43 for network in found)


@cases(20)
@given(st.uuids(), texts(["gateway"]))
def test_a_ticket_is_good_for_what_was_asked_alone(id: UUID, user: str) -> None:
    ticket = TICKETS.issue(ASKED, "gateway", NOW)
    assert not TICKETS.has_waited(ticket, id, "gateway", NOW)
    assert TICKETS.has_waited(ticket, ASKED, user, NOW) == (user == "gateway")
