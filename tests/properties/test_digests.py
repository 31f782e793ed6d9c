"""A contact is told once a day of requests without a code, wherever a verifier or a mailer dies or loses a server."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from services.verifier.digests import DigestWriter
from shared.clock import EASTERN
from shared.domain.limits.digest import PutOffRequest, find_digest
from tests.properties.network import Fate, Work
from tests.properties.simulation import Simulation

MOST_CALLS = 30
"""More than either makes."""

Harm = Callable[[Simulation, Work], object]
HARMS: dict[str, Harm] = {
    "dies": Simulation.dies,
    "does not reach a server": lambda simulation, work: simulation.goes_on(work, Fate.FAILS),
    "gets no answer": lambda simulation, work: simulation.goes_on(work, Fate.LOST),
}


@contextmanager
def morning() -> Iterator[Simulation]:
    """A system with a digest that is due."""
    simulation = Simulation()
    try:
        importer = simulation.import_record("12-3456789AB", "ACME IMPORTS INC")
        digest = find_digest("pat", simulation.clock().astimezone(EASTERN))
        asyncio.run(simulation.digests.add(digest, PutOffRequest(uuid4(), importer)))
        simulation.passes(timedelta(hours=24))
        yield simulation
    finally:
        simulation.close()


def harm(simulation: Simulation, work: Work, how: str, calls: int) -> bool:
    """Harms a process after so many calls. False if it had ended before."""
    if not all(simulation.goes_on(work) for _ in range(calls)) or not simulation.network.of(work):
        return False
    HARMS[how](simulation, work)
    return True


def count_emails(simulation: Simulation) -> int:
    """How often the digest went out at the end, always as the same email."""
    simulation.comes_to_rest()
    simulation.does(DigestWriter)  # a minute later, as ever
    simulation.comes_to_rest()
    accepted = simulation.mail.accepted
    assert {(email.kind, email.to) for email in accepted} == {("requests-digest", "poc@a.example")}
    assert len({email.message_id for email in accepted}) == 1
    assert simulation.digests.by_id == {}
    return len(accepted)


@pytest.mark.parametrize("how", HARMS)
def test_it_goes_out_once_wherever_the_verifier_fails(how: str) -> None:
    for calls in range(MOST_CALLS):
        with morning() as simulation:
            went_on = harm(simulation, simulation.does(DigestWriter), how, calls)
            assert count_emails(simulation) == 1
        if not went_on:
            return
    raise AssertionError("it never ends")


@pytest.mark.parametrize("how", HARMS)
def test_it_goes_out_once_or_again_as_the_same_email_wherever_the_mailer_fails(how: str) -> None:
    times = []
    for calls in range(MOST_CALLS):
        with morning() as simulation:
            simulation.does(DigestWriter)
            while not simulation.queues.ready:
                simulation.goes_on(simulation.network.calls[0].by)
            work = simulation.takes(simulation.queues.ready[0])
            went_on = harm(simulation, work, how, calls)
            times.append(count_emails(simulation))
            assert times[-1] == 1 or work.was_harmed, "it came twice for no reason"
        if not went_on:
            return
    raise AssertionError("it never ends")


def test_two_verifiers_send_it_once() -> None:
    with morning() as simulation:
        both = [simulation.does(DigestWriter) for _ in range(2)]
        while any(simulation.goes_on(work) for work in both):
            pass
        assert count_emails(simulation) == 1
