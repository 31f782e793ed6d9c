"""The invariants hold whatever happens, and the checks notice when a bug breaks them."""

import pytest

from tests.properties.broken import Broken
from tests.properties.bugs import BUGS, Bug
from tests.properties.search import BUDGET, SHRINKS, search


def test_the_invariants_hold_whatever_happens() -> None:
    search(BUDGET, SHRINKS)


def test_there_is_a_bug_for_each_invariant() -> None:
    assert {bug.invariant for bug in BUGS} == {1, 2, 3, 4, 5, 7, 8}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name.replace(" ", "-"))
def test_a_bug_is_found_by_the_invariant_that_it_breaks(bug: Bug) -> None:
    with bug.put_in(), pytest.raises(Broken) as found:
        search([bug.seed])
    assert found.value.invariant == bug.invariant
