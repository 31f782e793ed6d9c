"""What `acectl doctor` says about the broker's stamps."""

import pytest

from services.console.checks import stamps
from services.console.checks.verdict import Verdict
from shared.messaging.stamp_proof import CannotProve


async def _prove(answer: bool | Exception) -> bool:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.mark.parametrize(
    ("answer", "verdict", "says"),
    [
        (True, Verdict.OK, "overwritten"),
        (False, Verdict.BAD, "passes on a forged one"),
        (TimeoutError(), Verdict.BAD, "takes no messages"),
        (CannotProve("ACCESS_REFUSED"), Verdict.WARN, "not checked: ACCESS_REFUSED"),
    ],
)
async def test_a_broker_that_passes_on_a_forged_stamp_is_bad(
    answer: bool | Exception, verdict: Verdict, says: str
) -> None:
    check = await stamps.check_stamps(_prove(answer))
    assert check.verdict is verdict
    assert says in check.says
