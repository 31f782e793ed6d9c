"""The status of a CBP Form 5106 record."""

import pytest

from shared.domain.importer_record.record_status import LONGEST, RecordStatus, parse


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "\u00a0", "active", " Active ", "ACTIVE", "Active.", '"active"'),
        *("\uff21\uff23\uff34\uff29\uff36\uff25", "10-Active", "10-ACTIVE", "10 - Active", "10\u2013Active"),
        *("10 Active", "10: active", "10_active", "10Active"),
        *("Active (10)", "active-10"),
    ],
)
def test_what_says_clearly_active_is_active(text: str) -> None:
    assert parse(text) is RecordStatus.ACTIVE


@pytest.mark.parametrize(
    "text",
    [
        *("inactive", " INACTIVE ", "20-Inactive", "20 - INACTIVE", "20\u2014inactive", "Inactive (20)", "in-active"),
        *("not active", "Non-Active", "Deactivated", "de-activated", "void", "VOID", "Voided", "30-Void", "closed"),
        *("suspended", "Canceled", "cancelled", "terminated", "revoked"),
    ],
)
def test_the_words_for_inactive_are_known(text: str) -> None:
    assert parse(text) is RecordStatus.INACTIVE


@pytest.mark.parametrize(
    "text",
    [
        *("?", "-", ".", "n/a", "none", "0", "1", "10", "A", "Y", "yes", "true", "pending", "new", "activ", "actives"),
        *("active?", "active/void", "active until 2024", "20-Active", "110-Active", "10-Inactive", "reactive", "aktiv"),
        *("pat@harbor.example", "\u0430ctive"),
    ],
)
def test_everything_else_is_unknown(text: str) -> None:
    assert parse(text) is RecordStatus.UNKNOWN


def test_a_text_longer_than_any_status_is_unknown_whatever_is_in_it() -> None:
    assert parse("active" + " " * LONGEST) is RecordStatus.UNKNOWN
