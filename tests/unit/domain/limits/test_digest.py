"""To which day a request without a code belongs, and when its contact is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.limits.digest import find_digest

EASTERN = ZoneInfo("America/New_York")
EVENING = datetime(2026, 10, 31, 23, 59, tzinfo=EASTERN)
NIGHT = datetime(2026, 11, 1, 0, 0, tzinfo=EASTERN)


def test_a_contact_has_one_digest_a_day_which_goes_out_the_next_morning() -> None:
    digest = find_digest("pat", EVENING)
    assert digest == find_digest("pat", EVENING.replace(hour=0))
    assert digest.since == datetime(2026, 10, 31, tzinfo=EASTERN)
    assert digest.due_at == datetime(2026, 11, 1, 6, tzinfo=EASTERN)
    assert digest.id not in (find_digest("pat", NIGHT).id, find_digest("sam", EVENING).id)


def test_a_day_that_is_longer_than_others_ends_when_clocks_say_so() -> None:
    digest = find_digest("pat", NIGHT)
    assert (digest.due_at.timestamp() - digest.since.timestamp()) / 3600 == 31
