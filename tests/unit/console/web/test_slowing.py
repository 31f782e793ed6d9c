from datetime import UTC, datetime, timedelta

from services.console.web.access.slowing import FORGOTTEN, FREE, LONGEST, MOST, Slowing, list_keys
from shared.storage.logins import Login, Role

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OWN, OTHER = "tag of the office", "tag of elsewhere"
ADA = Login("ada", Role.OPERATOR, "a hash", NOW, NOW, (OWN,))
NONE = timedelta(0)


def guess(slowing: Slowing, network: str, times: int, at: datetime = NOW) -> None:
    for _ in range(times):
        slowing.count_wrong(list_keys(ADA, "ada", network), at)


def test_a_few_wrong_passwords_cost_no_time() -> None:
    slowing = Slowing()
    guess(slowing, OTHER, FREE - 1)
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW) <= NONE


def test_each_further_one_doubles_the_wait_up_to_a_minute() -> None:
    slowing, waits = Slowing(), []
    guess(slowing, OTHER, FREE - 1)
    for _ in range(9):
        guess(slowing, OTHER, 1)
        waits.append(slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_nobody_is_locked_out_for_good() -> None:
    slowing = Slowing()
    guess(slowing, OTHER, 10_000)
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW + LONGEST) <= NONE


def test_guessing_from_elsewhere_does_not_slow_the_owner_at_a_known_network() -> None:
    slowing = Slowing()
    guess(slowing, OTHER, 50)
    assert slowing.measure_wait(list_keys(ADA, "ada", OWN), NOW) <= NONE


def test_guessing_one_login_from_many_networks_is_slowed() -> None:
    slowing = Slowing()
    for number in range(FREE + 2):
        guess(slowing, f"network {number}", 1)
    assert slowing.measure_wait(list_keys(ADA, "ada", "another network"), NOW) > NONE


def test_a_login_that_does_not_exist_is_slowed_like_any_other() -> None:
    slowing = Slowing()
    for number in range(FREE + 2):
        slowing.count_wrong(list_keys(None, "nobody", f"network {number}"), NOW)
    assert slowing.measure_wait(list_keys(None, "nobody", "another network"), NOW) > NONE


def test_a_right_password_and_an_hour_without_a_wrong_one_begin_anew() -> None:
    slowing = Slowing()
    guess(slowing, OTHER, 20)
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW) > NONE
    guess(slowing, OTHER, 1, NOW + FORGOTTEN)
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW + FORGOTTEN) <= NONE
    guess(slowing, OTHER, 20)
    slowing.forget(list_keys(ADA, "ada", OTHER))
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW) <= NONE


def test_counting_takes_bounded_memory_and_keeps_who_guesses_now() -> None:
    slowing = Slowing()
    guess(slowing, OTHER, 20)
    for number in range(MOST):
        slowing.count_wrong([f"network {number}"], NOW)
        if number % 100 == 0:
            guess(slowing, OTHER, 1)
    assert len(slowing) == MOST
    assert slowing.measure_wait(list_keys(ADA, "ada", OTHER), NOW) == LONGEST
