"""The invariants hold whatever happens, and the checks notice when a bug breaks them."""

import pytest

from tests.properties.broken import Broken
from tests.properties.bugs import BUGS, Bug
from tests.properties.search import BUDGET, SHRINKS, search


def test_the_invariants_hold_whatever_happens() -> None:
    search(BUDGET, SHRINKS)


def test_there_is_a_bug_for_each_invariant() -> None:
    assert {bug.invariant for bug in BUGS} == {1, 2, 3, 4, 5, 7, 8}


SLOW = (
    "it acknowledges before it publishes",
    "an email has a new message id each time",
    "the code mailer speaks for the other",
)
"""Bugs that take many histories to find."""


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(bug, marks=[pytest.mark.full] if bug.name in SLOW else [], id=bug.name.replace(" ", "-"))
        for bug in BUGS
    ],
)
def test_a_bug_is_found_by_the_invariant_that_it_breaks(bug: Bug) -> None:
    with bug.put_in(), pytest.raises(Broken) as found:
        search(BUDGET)
    assert found.value.invariant == bug.invariant
