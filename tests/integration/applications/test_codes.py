"""No code is accepted late, twice, after five tries, or for another application (invariant 4)."""

import asyncio
from datetime import timedelta

from shared import clock
from shared.contracts.problem import Problem
from shared.contracts.replies import CodeAccepted, Refused
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.settings.processes import Settings
from tests.support.applicant import code_for, outcome, reaches, refusal, start, verify
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer


async def test_sixty_guesses_at_once_are_five_tries(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    guesses = [gateway.code(started.application, f"0000-{number:04}") for number in range(60)]
    replies = await asyncio.gather(*(gateway.ask(guess) for guess in guesses))
    problems = [reply.problem for reply in replies if isinstance(reply, Refused)]
    assert len(problems) == 60
    assert problems.count(Problem.CODE_WRONG) == 4
    assert problems.count(Problem.APPLICATION_LOCKED) == 56
    assert await refusal(gateway, gateway.code(started.application, code)) is Problem.APPLICATION_LOCKED
    assert (await outcome(gateway, started)).state is State.LOCKED


async def test_the_right_code_sent_many_times_at_once_is_accepted_once(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    replies = await asyncio.gather(*(gateway.ask(gateway.code(started.application, code)) for _ in range(8)))
    assert sum(isinstance(reply, CodeAccepted) for reply in replies) == 1


async def test_a_repeated_command_gets_the_same_answer(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    command = gateway.code(started.application, await code_for(started, box))
    first = await gateway.ask(command, id=started.command.__class__(int=7))
    again = await gateway.ask(command, id=started.command.__class__(int=7))
    assert first == again


async def test_a_code_is_judged_by_when_it_was_entered(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    expires_at = (await outcome(gateway, started)).expires_at
    assert expires_at
    # A time after now is not trusted: the code was entered now at the latest.
    early = gateway.code(started.application, "0000-0000", at=expires_at + timedelta(days=1))
    assert await refusal(gateway, early) is Problem.CODE_WRONG
    accepted = await gateway.ask(gateway.code(started.application, code, at=clock.now() - timedelta(days=1)))
    assert isinstance(accepted, CodeAccepted)


async def test_another_applications_code_is_wrong(gateway: Gateway, box: MailSink, system: Settings) -> None:
    await store_importer(system, "98-7654321XX", "Borealis LLC", "poc@borealis.example")
    other = AccountRequest(company_name="Borealis L.L.C.", importer_number="98-7654321XX", email="bo@borealis.example")
    mine, theirs = await start(gateway), await start(gateway, other)
    await code_for(mine, box)
    assert await refusal(gateway, gateway.code(mine.application, await code_for(theirs, box))) is Problem.CODE_WRONG


async def test_details_need_the_grant_of_the_right_code(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    await verify(started, gateway, box)
    assert await refusal(gateway, gateway.details(started.application, "a grant of my own")) is Problem.SESSION_OVER


async def test_an_abandoned_applications_code_is_no_longer_valid(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    await gateway.ask(gateway.abandon(started.application))
    assert await refusal(gateway, gateway.code(started.application, code)) is Problem.SESSION_OVER
    await reaches(started, gateway, State.ABANDONED)


async def test_an_application_abandoned_before_it_came_never_begins(gateway: Gateway, box: MailSink) -> None:
    command, id = gateway.start(AccountRequest(company_name="x", importer_number="12-3456789AB", email="a@b.example"))
    await gateway.ask(gateway.abandon(command.application_id))
    assert await refusal(gateway, command, id) is Problem.SESSION_OVER
    assert not box.accepted
