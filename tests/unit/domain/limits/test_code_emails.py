"""When the next code email may go out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.domain.limits.code_emails import MOST_WAITING, TURN, CodeSent, Places, Turn, find_turn
from shared.domain.limits.failures import WAITS

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OWN = CodeSent(NOW, "jane", "ours")


def sent(times: int, requester: str = "others", every: int = 1) -> tuple[CodeSent, ...]:
    """So many codes, the latest a pause of `every` minutes ago."""
    return tuple(
        CodeSent(NOW - timedelta(minutes=every * number), requester, "theirs") for number in range(1, times + 1)
    )


def waiting(times: int, network: str = "theirs") -> tuple[CodeSent, ...]:
    """So many codes that wait for their turn."""
    return tuple(
        CodeSent(NOW + number * TURN, "others", f"{network} {number}", waiting=True) for number in range(1, times + 1)
    )


def find(
    before: tuple[CodeSent, ...], to_contact: tuple[CodeSent, ...] = (), own: CodeSent = OWN, now: datetime = NOW
) -> Turn:
    return find_turn(Places(before, own), Places(to_contact, replace(own, requester="", network="")), now)


def turn(before: tuple[CodeSent, ...], to_contact: tuple[CodeSent, ...] = ()) -> tuple[object, ...]:
    found = find(before, to_contact)
    return found.wait, found.at


def test_the_first_code_goes_out_at_once() -> None:
    assert turn(()) == (None, None)


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


def test_after_twenty_in_a_day_an_importer_gets_one_in_twenty_minutes() -> None:
    assert turn(sent(19, every=15)) == (None, None)
    assert turn(sent(20, every=15)) == (None, NOW - timedelta(minutes=15) + TURN)
    assert turn(sent(20, every=20)) == (None, None)


def test_a_contact_of_many_importers_gets_ten_in_an_hour() -> None:
    assert turn((), sent(9)) == (None, None)
    assert turn((), sent(10)) == (None, NOW - timedelta(minutes=10) + HOUR)
    assert find((), sent(10)).waits_for_contact
    assert not find(sent(20), sent(10)).waits_for_contact


def test_whoever_waits_for_a_turn_has_it_whoever_comes_in_between() -> None:
    own = CodeSent(NOW + TURN, "jane", "ours", waiting=True)
    rush = tuple(CodeSent(NOW + TURN, "others", str(number)) for number in range(30))
    assert find(sent(20) + rush, own=own).at == NOW + TURN
    assert find(sent(20) + rush, own=own, now=NOW + TURN) == Turn()


def test_turns_follow_one_another_in_the_order_of_asking() -> None:
    found = find(sent(20, every=15) + waiting(2))
    assert found.at == NOW + 3 * TURN
    assert found.is_kept


def test_a_wide_network_keeps_one_place_and_all_together_keep_four_hours() -> None:
    assert not find((*sent(20), CodeSent(NOW + TURN, "others", "ours", waiting=True))).is_kept
    assert find(sent(20) + waiting(MOST_WAITING - 1)).is_kept
    assert not find(sent(20) + waiting(MOST_WAITING)).is_kept


def test_whoever_finds_no_place_comes_back_in_an_hour() -> None:
    assert find_turn(Places(sent(150), None), Places((), OWN), NOW).at == NOW + HOUR
