"""The list of page states, and the way to the pages that several of them begin on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.browser.stage.visitor import Visitor
from tests.support.scripted_form import SIGNED, Form

Way = Callable[[Visitor, Form], Awaitable[None]]


@dataclass(frozen=True)
class State:
    """A page state: its name, the problems that the page shows, and how to get there."""

    name: str
    problems: frozenset[str]
    reach: Way
    prompted: bool = False
    """Whether human verification comes first."""
    variant: bool = False
    """Whether it has the same parts as another state. Only `make test-full` checks these."""
    window: Mapping[str, Any] | None = None
    """Playwright options for the browser's window; None if any window will do."""


STATES: list[State] = []


def state(name: str, *problems: str, **special: Any) -> Callable[[Way], Way]:
    """Adds the decorated way to a page state to the list."""

    def known(way: Way) -> Way:
        STATES.append(State(name, frozenset(problems), way, **special))
        return way

    return known


async def reach_code(visitor: Visitor, form: Form) -> None:
    await form.at_code()
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/code")


async def reach_details(visitor: Visitor, form: Form) -> None:
    await form.at_details()
    await visitor.take_over(form.browser.remembered())
    await visitor.open("/details")


async def submit_details(visitor: Visitor, form: Form, **standing: Any) -> None:
    await reach_details(visitor, form)
    form.workers.outcome(**standing)
    await visitor.send(SIGNED, "Submit")
