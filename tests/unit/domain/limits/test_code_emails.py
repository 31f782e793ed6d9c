"""When the next code email may go out."""

from datetime import UTC, datetime, timedelta

from shared.domain.limits.code_emails import TURN, CodeSent, find_turn
from shared.domain.limits.failures import WAITS

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def sent(times: int, requester: str = "others", every: int = 1, network: str = "theirs") -> list[CodeSent]:
    """So many codes, the latest a pause of `every` minutes ago."""
    return [CodeSent(NOW - timedelta(minutes=every * number), requester, network) for number in range(1, times + 1)]


def turn(codes: list[CodeSent], to_contact: list[CodeSent] | None = None, network: str = "ours") -> tuple[object, ...]:
    found = find_turn(codes, to_contact or [], "jane", network, NOW)
    return found.wait, found.at


def test_the_first_code_goes_out_at_once() -> None:
    assert turn([]) == (None, None)


def test_after_three_in_an_hour_a_requester_is_asked_for_a_step_up() -> None:
    assert turn(sent(2, "jane")) == (None, None)
    assert turn(sent(3, "jane")) == (WAITS[0], None)
    assert turn(sent(3, "jane", every=60)) == (None, None)


def test_after_six_in_a_day_a_requester_gets_one_an_hour() -> None:
    assert turn(sent(6, "jane", every=30)) == (None, NOW + HOUR - timedelta(minutes=30))
    assert turn(sent(6, "jane", every=60)) == (None, None)


def test_after_five_in_an_hour_for_an_importer_everybody_is_asked_for_a_step_up() -> None:
    assert turn(sent(4)) == (None, None)
    assert turn(sent(5)) == (WAITS[0], None)


def test_after_twenty_in_a_day_an_importer_gets_one_in_twenty_minutes_and_a_new_network_comes_first() -> None:
    assert turn(sent(19, every=15)) == (None, None)
    assert turn(sent(20, every=15)) == (None, NOW - timedelta(minutes=15) + TURN)
    assert turn(sent(20, every=15), network="theirs") == (None, NOW - timedelta(minutes=15) + 2 * TURN)
    assert turn(sent(20, every=20)) == (None, None)


def test_a_contact_of_many_importers_gets_ten_in_an_hour() -> None:
    assert turn([], sent(9)) == (None, None)
    assert turn([], sent(10)) == (None, NOW - timedelta(minutes=10) + HOUR)
