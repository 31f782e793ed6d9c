"""What `acectl doctor` says about the networks of visitors."""

import pytest

from services.console.checks import visitors
from services.console.checks.verdict import Verdict


@pytest.mark.parametrize(
    ("counted", "verdict", "says"),
    [
        ({}, Verdict.OK, "0 code emails"),
        ({"": 19}, Verdict.OK, "too few"),
        ({"": 20}, Verdict.WARN, "20 of 20 code emails in the last day came without a network"),
        ({"": 11, "a": 10}, Verdict.WARN, "11 of 21"),
        ({"": 10, "a": 10}, Verdict.OK, "10 of 20"),
        ({"a": 20}, Verdict.WARN, "from one network"),
        ({"a": 19, "b": 1}, Verdict.OK, "20 of 20"),
    ],
)
def test_a_form_that_sees_only_its_proxy_is_noticed(counted: dict[str, int], verdict: Verdict, says: str) -> None:
    check = visitors.check_networks(counted)
    assert check.verdict is verdict
    assert says in check.says
    assert (verdict is Verdict.WARN) is ("ACE_TRUSTED_PROXIES" in (check.to_do or ""))
