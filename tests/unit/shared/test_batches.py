"""Questions at the same moment share a round trip; each gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.domain.errors import TransientFailure
from shared.storage.batches import MOST, Batches

POISON = 666


class Server:
    """Doubles numbers; answers once it is told to, and refuses to double -1."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.answers = asyncio.Event()
        self.asked_again = asyncio.Event()
        self.away = False

    async def double(self, numbers: Sequence[int]) -> list[int | BaseException]:
        self.asked.append([*numbers])
        if len(self.asked) > 1:
            self.asked_again.set()
        await self.answers.wait()
        if self.away:
            raise TransientFailure("away")
        if POISON in numbers:
            raise OverflowError
        return [ValueError("unlucky") if number == -1 else 2 * number for number in numbers]


@pytest.fixture
def server() -> Server:
    return Server()


async def ask(server: Server, batches: Batches[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    """Asks these at once; returns when the server has them, or they wait."""
    tasks = [asyncio.create_task(batches.ask(number)) for number in numbers]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_questions_at_the_same_moment_share_a_round_trip(server: Server) -> None:
    server.answers.set()
    batches: Batches[int, int] = Batches(server.double)
    assert await asyncio.gather(*(batches.ask(number) for number in range(5))) == [0, 2, 4, 6, 8]
    assert server.asked == [[0, 1, 2, 3, 4]]


async def test_while_one_is_under_way_the_next_gather_and_go_when_it_is_back(server: Server) -> None:
    batches: Batches[int, int] = Batches(server.double)
    tasks = [*await ask(server, batches, 1), *await ask(server, batches, 2), *await ask(server, batches, 3)]
    assert server.asked == [[1]]
    server.answers.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6]
    assert server.asked == [[1], [2, 3]]


async def test_they_do_not_wait_for_a_slow_one(server: Server) -> None:
    batches: Batches[int, int] = Batches(server.double)
    tasks = [*await ask(server, batches, 1), *await ask(server, batches, 2)]
    async with asyncio.timeout(5):
        await server.asked_again.wait()
    assert server.asked == [[1], [2]]
    server.answers.set()
    assert await asyncio.gather(*tasks) == [2, 4]


async def test_no_round_trip_has_more_than_the_most(server: Server) -> None:
    batches: Batches[int, int] = Batches(server.double)
    tasks = await ask(server, batches, *range(MOST + 1))
    server.answers.set()
    await asyncio.gather(*tasks)
    assert [len(asked) for asked in server.asked] == [MOST, 1]


async def test_an_answer_that_is_an_error_is_one_questions_own(server: Server) -> None:
    server.answers.set()
    batches: Batches[int, int] = Batches(server.double)
    answers = await asyncio.gather(*(batches.ask(number) for number in (1, -1, 2)), return_exceptions=True)
    assert (answers[0], answers[2]) == (2, 4)
    assert isinstance(answers[1], ValueError)


async def test_a_failed_round_trip_fails_all_and_the_next_goes_again(server: Server) -> None:
    server.away = True
    server.answers.set()
    batches: Batches[int, int] = Batches(server.double)
    answers = await asyncio.gather(*(batches.ask(number) for number in (1, 2)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [TransientFailure, TransientFailure]
    server.away = False
    assert await batches.ask(3) == 6


async def test_what_one_question_breaks_is_broken_for_it_alone(server: Server) -> None:
    server.answers.set()
    batches: Batches[int, int] = Batches(server.double)
    answers = await asyncio.gather(*(batches.ask(number) for number in (1, POISON, 2)), return_exceptions=True)
    assert (answers[0], type(answers[1]), answers[2]) == (2, OverflowError, 4)


async def test_one_who_stops_waiting_takes_nobody_with_it(server: Server) -> None:
    batches: Batches[int, int] = Batches(server.double)
    first, second = await ask(server, batches, 1, 2)
    first.cancel()
    server.answers.set()
    assert await second == 4
    assert first.cancelled()
