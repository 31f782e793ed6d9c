"""Whether our own form is connected: people apply through it. Pure: no server, no clock."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.console.checks.verdict import Check, bad, ok
from shared.contracts.conversations import FORM
from shared.messaging.permissions import match_replies

NAME = "form"


def count_form_processes(queues: Iterable[Mapping[str, Any]], own_user: str) -> int:
    """How many processes of our own form wait for replies, among these queues: each has a queue with a consumer.

    Other gateways do not count, nor does a queue that one left behind: people apply through the form. Where no service
    has a user of its own, the form has the operator's.
    """
    is_forms = re.compile("|".join(map(match_replies, {FORM, own_user})))
    return sum(1 for queue in queues if is_forms.search(queue["name"]) and queue.get("consumers"))


def check_form(processes: int, start: Callable[[str], str]) -> Check:
    """Whether people can apply. `start` says how a program is started where this system runs."""
    if not processes:
        return bad(NAME, "no process of the form is connected: nobody can apply there", start("gateway"))
    return ok(NAME, f"{processes} connected")
