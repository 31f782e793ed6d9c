"""The times of questions: soon at first, then rarely."""

from services.gateway.journey.pace import ASKED_AT, count_pause


def list_times(first_at: float) -> list[float]:
    waited, times = 0.0, []
    for _ in range(8):
        waited += count_pause(waited, first_at)
        times.append(round(waited, 2))
    return times


def test_questions_come_at_the_stated_times() -> None:
    assert list_times(ASKED_AT[0]) == [0.15, 0.4, 1, 2, 4, 9, 14, 19]


def test_if_the_first_question_comes_later_so_do_the_others() -> None:
    assert list_times(0.18) == [0.18, 0.43, 1.03, 2.03, 4.03, 9.03, 14.03, 19.03]
