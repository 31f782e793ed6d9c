"""Limits, counted in a real database for all processes, and what a stranger meets who guesses at the real workers."""

import asyncio
from datetime import timedelta
from random import Random
from uuid import uuid4

from shared import clock
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused, StartAccepted
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.domain.limits.code_emails import MOST, CodeSent, Places
from shared.domain.limits.tally import DAY, HOUR, SLOT
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.limits import Counted
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink
from tests.support.memory.limits import MemoryLimits

NOW = clock.now()


class TestCounting:
    async def test_failures_of_many_processes_at_once_are_all_counted(
        self, database_settings: Settings, database: Database
    ) -> None:
        other = Database(database_settings.need("mongodb_url"), database_settings.mongodb_database)
        await asyncio.gather(
            *(each.limits.count(["a", "b"], Counted(), NOW) for each in (database, other) for _ in range(20))
        )
        await other.close()
        counted = await database.limits.find(["a", "b", "c"])
        assert {key: tally.count(HOUR, NOW) for key, tally in counted.tallies.items()} == {"a": 40, "b": 40}

    async def test_what_is_stale_is_dropped_by_the_next_count(self, database: Database) -> None:
        await database.limits.count(["a"], Counted(), NOW - DAY - SLOT)
        await database.limits.count(["a"], await database.limits.find(["a"]), NOW)
        assert len((await database.limits.find(["a"])).tallies["a"].counts) == 1

    async def test_a_place_is_taken_once_for_each_message_and_old_ones_are_dropped(self, database: Database) -> None:
        code, id = CodeSent(NOW, "jane", "home"), uuid4()
        await database.limits.take_codes({"a": CodeSent(NOW - DAY, "joe")}, uuid4(), NOW - DAY)
        both = {"a": code, "b": CodeSent(NOW)}
        places = await asyncio.gather(*(database.limits.take_codes(both, id, NOW) for _ in range(5)))
        assert places == [{"a": Places((), code), "b": Places((), CodeSent(NOW))}] * 5
        assert (await database.limits.find(["a", "b"])).codes == {"a": (code,), "b": (CodeSent(NOW),)}

    async def test_of_all_who_take_a_place_at_the_same_moment_each_sees_another_number_before(
        self, database: Database
    ) -> None:
        taken = await asyncio.gather(
            *(database.limits.take_codes({"a": CodeSent(NOW, str(number))}, uuid4(), NOW) for number in range(20))
        )
        assert sorted(len(places["a"].before) for places in taken) == list(range(20))

    async def test_a_rush_drives_nobody_s_place_out(self, database: Database) -> None:
        first = uuid4()
        await database.limits.take_codes({"a": CodeSent(NOW, "jane")}, first, NOW)
        rush = [await database.limits.take_codes({"a": CodeSent(NOW, "joe")}, uuid4(), NOW) for _ in range(MOST)]
        assert rush[-1]["a"].own is None
        assert (await database.limits.take_codes({"a": CodeSent(NOW)}, first, NOW))["a"].own == CodeSent(NOW, "jane")

    async def test_the_models_of_unit_and_property_tests_hold_the_places_that_the_database_does(
        self, database: Database
    ) -> None:
        chance = Random(1)  # noqa: S311  # a test's
        model, ids, now = MemoryLimits(), [uuid4()], NOW.replace(microsecond=0)
        for _ in range(80):
            now += timedelta(minutes=chance.choice([0, 0, 1, 20, 300]))
            ids.append(uuid4())
            keys, id, at = ["a", "b"][: chance.randint(1, 2)], chance.choice(ids[-6:]), now + HOUR
            codes = {key: CodeSent(now, chance.choice(["jane", "joe"]), "home") for key in keys}
            taken = [await limits.take_codes(codes, id, now) for limits in (model, database.limits)]
            assert taken[0] == taken[1]
            deed = chance.choice(["none", "keep", "give back"])
            for limits in (model, database.limits):
                if deed == "keep":
                    await limits.keep_place(keys, id, at)
                elif deed == "give back":
                    await limits.give_back(keys, id)
        assert (await model.find("ab")).codes == (await database.limits.find("ab")).codes

    async def test_a_place_is_kept_until_its_turn_or_given_back(self, database: Database) -> None:
        kept, given = uuid4(), uuid4()
        for id in (kept, given):
            await database.limits.take_codes({"a": CodeSent(NOW)}, id, NOW)
        await database.limits.keep_place(["a"], kept, NOW + HOUR)
        await database.limits.give_back(["a", "never counted"], given)
        places = await database.limits.take_codes({"a": CodeSent(NOW)}, uuid4(), NOW)
        assert places["a"].before == (CodeSent(NOW + HOUR, waiting=True),)
        assert (await database.limits.find(["never counted"])).codes == {}


class TestAStranger:
    async def test_cannot_tell_a_match_from_a_mismatch_above_a_ceiling(
        self, gateway: Gateway, database: Database, box: MailSink
    ) -> None:
        """The importer is on file; another number under its name is not."""
        right = AccountRequest(company_name="Acme Imports Inc.", importer_number="12-3456789AB", email="a@b.example")
        wrong = right.model_copy(update={"importer_number": "98-7654321AB"})
        for number in range(50):
            guess = right.model_copy(update={"importer_number": f"11-{number:07}AB"})
            command, id = gateway.start(guess)
            reply = await gateway.ask(command.model_copy(update={"verified_by": "altcha"}), id)
            assert isinstance(reply, Refused)
            assert reply.problem is Problem.IMPORTER_NOT_MATCHED
        step_up = await gateway.ask(*gateway.start(right))
        assert isinstance(step_up, Refused)
        assert step_up.problem is Problem.VERIFICATION_NEEDED
        assert step_up.ticket
        told = [await self._start(gateway, request) for request in (right, wrong)]
        assert told[0] == told[1]
        [email] = await box.emails(1)
        assert email.code

    async def test_gets_no_more_codes_into_a_mailbox_by_asking_for_all_at_once(
        self, gateway: Gateway, box: MailSink
    ) -> None:
        request = AccountRequest(company_name="Acme Imports Inc.", importer_number="12-3456789AB", email="a@b.example")
        starts = [gateway.start(request.model_copy(update={"email": f"a{n}@b.example"})) for n in range(40)]
        replies = await asyncio.gather(*(gateway.ask(*start) for start in starts))
        assert sum(isinstance(reply, StartAccepted) for reply in replies) == 5
        await box.emails(5)

    async def _start(self, gateway: Gateway, request: AccountRequest) -> list[object]:
        """What the gateway learns up to the first wrong code, without ids and times."""
        command, id = gateway.start(request)
        reply = await gateway.ask(command.model_copy(update={"verified_by": "altcha"}), id)
        assert isinstance(reply, StartAccepted)
        status = await self._await_code(gateway, reply, id)
        wrong = await gateway.ask(gateway.code(reply.application_id, "0000-0000"))
        return [reply.uniform, reply.sent_to, len(reply.body()), status, wrong.model_dump(exclude={"application_id"})]

    async def _await_code(self, gateway: Gateway, reply: StartAccepted, id: object) -> dict[str, object]:
        while True:
            status = await gateway.ask(gateway.outcome(reply.application_id, uuid4()))
            assert isinstance(status, ApplicationStatus)
            if status.state is State.AWAITING_CODE:
                return status.model_dump(exclude={"application_id", "expires_at"})
