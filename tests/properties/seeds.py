"""Prints for each deliberate bug the first seed that shows it: ``python -m tests.properties.seeds``.

Needed after a change of the model, which gives every seed other histories.
"""

import itertools

from tests.properties.broken import Broken
from tests.properties.bugs import BUGS, Bug
from tests.properties.search import search


def shows(bug: Bug, seed: int) -> bool:
    """Whether these histories break the bug's invariant, and no other before it."""
    try:
        with bug.put_in():
            search([seed])
    except Broken as broken:
        return broken.invariant == bug.invariant
    return False


if __name__ == "__main__":
    for bug in BUGS:
        print(next(seed for seed in itertools.count() if shows(bug, seed)), bug.name)  # noqa: T201  # it is what this is for
