"""What an operator reads after a replay or discard: what can still help, what cannot, and who must begin anew."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.prospects import Outlook, Prospect
from services.console.dead_letters.sentences import describe_result
from tests.unit.console.dead_letters.test_listing import NOW, make_dead_letter


def judged(*outlooks: tuple[int, Outlook]) -> ActionResult:
    result = ActionResult("replay")
    for application, outlook in outlooks:
        result.judge(replace(make_dead_letter(), application=UUID(int=application)), outlook)
    return result


def test_people_are_counted_once_however_many_of_their_messages_are_dead() -> None:
    late, needless = Outlook(Prospect.TOO_LATE), Outlook(Prospect.NEEDLESS)
    soon, sooner = Outlook(Prospect.HELPS, NOW + timedelta(minutes=9)), Outlook(Prospect.HELPS, NOW)
    result = judged(
        (1, late), (1, late), (2, late), (3, needless), (4, soon), (5, sooner), (6, Outlook(Prospect.HELPS))
    )
    assert [*describe_result(result, is_replay=True)] == [
        "3 a replay can still help until 2026-11-22 15:04:05 UTC",
        "3 a replay cannot help (too late: the person must start over), so they are kept",
        "1 a replay cannot help (nothing is left to do), so they are kept",
        "2 people must begin anew",
    ]


def test_what_was_passed_over_is_told_first() -> None:
    result = judged((1, Outlook(Prospect.HELPS)))
    result.passed_over.append("verifier.check-code.dead is being read")
    assert [*describe_result(result, is_replay=True)] == [
        "passed over: verifier.check-code.dead is being read",
        "1 a replay can still help",
    ]


def test_a_discard_says_what_a_replay_could_have_helped() -> None:
    said = [*describe_result(judged((1, Outlook(Prospect.HELPS)), (2, Outlook(Prospect.TOO_LATE))), is_replay=False)]
    assert said == [
        "1 a replay can still help",
        "1 a replay cannot help (too late: the person must start over)",
        "1 person must begin anew",
    ]
