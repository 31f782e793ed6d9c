"""Our own check: what solves it, for whom, for how long, and how often."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.challenge.proof_of_work import LIFETIME, Cost, ProofOfWork
from shared.security.keys import KeyRing, make_ring
from tests.unit.gateway.challenge.gate import CHEAP, rewritten, solve

SESSION, USE = uuid4(), uuid4()
RING = KeyRing.parse(make_ring())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def check() -> ProofOfWork:
    return ProofOfWork(RING, CHEAP)


def test_a_solution_passes_and_tells_the_challenge(check: ProofOfWork, now: datetime) -> None:
    challenge = check.make_challenge(SESSION, now)
    passed = check.check(solve(challenge), SESSION, now)
    assert passed == UUID(hex=json.loads(challenge)["parameters"]["nonce"])


def test_it_passes_with_another_process_that_has_the_same_keys(check: ProofOfWork, now: datetime) -> None:
    solution = solve(check.make_challenge(SESSION, now))
    assert isinstance(ProofOfWork(RING, Cost()).check(solution, SESSION, now), UUID)


def test_it_passes_while_the_key_is_rotated(check: ProofOfWork, now: datetime) -> None:
    newer = KeyRing({"new": b"n" * 32} | RING.keys)
    assert isinstance(ProofOfWork(newer, CHEAP).check(solve(check.make_challenge(SESSION, now)), SESSION, now), UUID)


def test_the_same_form_sent_twice_may_bring_it_twice_but_no_other_form(check: ProofOfWork, now: datetime) -> None:
    challenge = check.check(solve(check.make_challenge(SESSION, now)), SESSION, now)
    assert isinstance(challenge, UUID)
    assert [check.use(challenge, use, now) for use in (USE, USE, uuid4())] == [True, True, False]


def test_a_harder_check_takes_more_tries_and_passes_like_any_other(check: ProofOfWork, now: datetime) -> None:
    solution = solve(check.make_challenge(SESSION, now, difficulty=100))
    assert json.loads(base64.b64decode(solution))["solution"]["counter"] >= 100 * CHEAP.fewest
    assert isinstance(check.check(solution, SESSION, now), UUID)


def test_it_is_of_no_use_to_another_browser(check: ProofOfWork, now: datetime) -> None:
    assert check.check(solve(check.make_challenge(SESSION, now)), uuid4(), now) == "malformed"


def test_it_is_over_when_the_page_is(check: ProofOfWork, now: datetime) -> None:
    solution = solve(check.make_challenge(SESSION, now))
    assert check.check(solution, SESSION, now + LIFETIME) == "expired"
    older = solve(check.make_challenge(SESSION, now - LIFETIME - timedelta(seconds=2)))
    assert check.check(older, SESSION, now) == "expired"


def test_another_key_s_signature_is_refused(now: datetime) -> None:
    theirs = ProofOfWork(KeyRing.parse(make_ring()), CHEAP)
    assert ProofOfWork(RING, CHEAP).check(solve(theirs.make_challenge(SESSION, now)), SESSION, now) == "malformed"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["challenge"]["parameters"].update(expiresAt=4_000_000_000),
        lambda content: content["challenge"]["parameters"].update(nonce="00" * 16),
        lambda content: content["challenge"]["parameters"].update(keyPrefix=""),
        lambda content: content["challenge"].update(signature="00"),
        lambda content: content["challenge"].pop("signature"),
        lambda content: content["solution"].update(derivedKey="00" * 32),
        lambda content: content["solution"].update(derivedKey=None, counter="x"),
    ],
)
def test_a_tampered_solution_is_refused(
    check: ProofOfWork, now: datetime, change: Callable[[dict[str, Any]], None]
) -> None:
    assert check.check(rewritten(solve(check.make_challenge(SESSION, now)), change), SESSION, now) == "malformed"


@given(garbage=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_garbage_is_refused(garbage: str) -> None:
    assert ProofOfWork(RING, CHEAP).check(garbage, SESSION, datetime.now(UTC)) == "malformed"


@given(part=st.sampled_from(["challenge", "parameters", "solution", "expiresAt", "nonce", "data"]), value=JSON)
def test_json_of_any_shape_is_refused(part: str, value: object) -> None:
    check, now = ProofOfWork(RING, CHEAP), datetime.now(UTC)

    def change(content: dict[str, Any]) -> None:
        place = content if part in content else content["challenge"]
        place = place if part in place else place["parameters"]
        place[part] = value

    solution = rewritten(solve(check.make_challenge(SESSION, now)), change)
    assert check.check(solution, SESSION, now) in ("malformed", "expired")
