"""What somebody who guesses is told, and what nobody can do to others."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.intake.checks import CheckResult
from shared.contracts.problem import Problem
from shared.domain.limits.code_emails import TURN, CodeSent
from shared.domain.limits.failures import WAITS
from shared.domain.limits.keys import name_codes, name_contact
from shared.domain.limits.tally import DAY, HOUR
from tests.unit.intake.registry import INDEX, Registry
from tests.unit.intake.starting import APPLICANT, CONTACT, NOW, RECORD, REQUEST

HOME, STREET, TOWN = "a" * 32, "b" * 32, "c" * 32
MATCHING = "123-45-6789"
EINS = REQUEST.model_copy(update={"importer_number": "12-3456789AB"})


async def exceed(registry: Registry, times: int = 60) -> None:
    """Guesses numbers under one name, from everywhere, until the limits are far exceeded."""
    await registry.guess(times, verified_by="altcha")


class TestAStepUp:
    async def test_numbers_guessed_under_one_name_need_it_after_five_whatever_the_network(self) -> None:
        told = await Registry().guess(7)
        assert told == [Problem.IMPORTER_NOT_MATCHED] * 5 + [Problem.VERIFICATION_NEEDED] * 2

    async def test_it_is_asked_for_before_anything_is_said_about_the_request(self) -> None:
        registry = Registry()
        await registry.guess(10, verified_by="altcha")
        right, wrong = await registry.look_up(), await registry.look_up(EINS)
        assert right.problem is wrong.problem is Problem.VERIFICATION_NEEDED
        assert right.retry_at == NOW + WAITS[2]
        assert wrong.retry_at == NOW + WAITS[0]

    async def test_whoever_is_verified_goes_on_if_the_gateway_is_trusted_with_it(self) -> None:
        registry = Registry()
        await registry.guess(5)
        assert (await registry.look_up(verified_by="altcha")).problem is None
        for other in ("other", ""):
            assert (await registry.look_up(verified_by="altcha", user=other)).problem is Problem.VERIFICATION_NEEDED

    async def test_whoever_waits_as_told_goes_on(self) -> None:
        registry, id = Registry(), uuid4()
        await registry.guess(5)
        told = await registry.look_up(id=id)
        assert told.retry_at
        early = await registry.look_up(id=id, ticket=told.ticket, now=told.retry_at - timedelta(seconds=1))
        assert early.problem is Problem.VERIFICATION_NEEDED
        assert (await registry.look_up(id=id, ticket=told.ticket, now=told.retry_at)).problem is None

    async def test_a_ticket_is_good_for_its_command_and_gateway_only(self) -> None:
        registry, id = Registry(), uuid4()
        await registry.guess(5)
        told = await registry.look_up(id=id)
        for other in ({"id": uuid4()}, {"id": id, "user": "other"}):
            late = await registry.look_up(**other, ticket=told.ticket, now=NOW + HOUR / 2)
            assert late.problem is Problem.VERIFICATION_NEEDED

    @pytest.mark.parametrize("ticket", ["1", "1.k1.00", "x.k1.00", "", "99999999999999999999.k.f"])
    async def test_an_invented_ticket_is_worth_nothing(self, ticket: str) -> None:
        registry = Registry()
        await registry.guess(5)
        assert (await registry.look_up(ticket=ticket)).problem is Problem.VERIFICATION_NEEDED

    async def test_a_ticket_lasts_an_hour(self) -> None:
        registry, id = Registry(), uuid4()
        await registry.guess(5)
        told = await registry.look_up(id=id)
        await registry.guess(5, now=NOW + HOUR, verified_by="altcha")
        late = await registry.look_up(id=id, ticket=told.ticket, now=NOW + HOUR + WAITS[0] + timedelta(seconds=1))
        assert late.problem is Problem.VERIFICATION_NEEDED

    async def test_a_gateway_through_which_most_starts_fail_gets_it_for_all_its_visitors(self) -> None:
        registry = Registry()
        for number in range(200):
            guess = {"company_name": f"{number:05} Guess Inc", "importer_number": f"999-02-{number:04}"}
            await registry.look_up(REQUEST.model_copy(update=guess), user="leaky", now=NOW - HOUR / 2)
        assert (await registry.look_up(EINS, user="leaky")).problem is Problem.VERIFICATION_NEEDED
        assert (await registry.look_up(EINS)).problem is Problem.IMPORTER_NOT_MATCHED


class TestTheUniformAnswer:
    async def test_above_a_ceiling_match_and_mismatch_get_the_same_answer(self) -> None:
        registry = Registry()
        await exceed(registry)
        right = await registry.look_up(verified_by="altcha")
        wrong = await registry.look_up(EINS, verified_by="altcha")
        assert right.uniform
        assert wrong.uniform
        assert right.problem is wrong.problem is None
        assert right.contact == CONTACT
        assert wrong == CheckResult(uniform=True, applicant=wrong.applicant)

    @pytest.mark.parametrize(
        "registry",
        [Registry(top_account="A-1"), Registry(RECORD.model_copy(update={"poc_email": ""})), Registry(active=False)],
    )
    async def test_it_hides_what_is_told_after_a_match(self, registry: Registry) -> None:
        await exceed(registry)
        assert await registry.look_up(verified_by="altcha") == CheckResult(uniform=True, applicant=APPLICANT)

    async def test_it_hides_that_an_address_is_in_use(self) -> None:
        registry = Registry()
        registry.users.add(INDEX.compute("email", "jane@example.com"))
        await exceed(registry)
        assert await registry.look_up(verified_by="altcha") == CheckResult(uniform=True, applicant=APPLICANT)

    async def test_addresses_tried_against_a_linked_importer_get_it_after_ten_a_day(self) -> None:
        registry = Registry(top_account="A-1")
        told = [
            (await registry.look_up(verified_by="altcha", networks=(HOME,), now=NOW + n * HOUR)).problem
            for n in range(12)
        ]
        assert told == [Problem.IMPORTER_ALREADY_LINKED] * 10 + [None] * 2

    async def test_its_counts_do_not_tell_what_the_answer_does_not(self) -> None:
        registry = Registry()
        await exceed(registry)
        counted = []
        for request in (REQUEST, EINS):
            before = {key: sum(slots.values()) for key, slots in registry.limits.failures.items()}
            await registry.look_up(request, verified_by="altcha", networks=(HOME, STREET, TOWN))
            after = {key: sum(slots.values()) for key, slots in registry.limits.failures.items()}
            counted.append(sorted(key.partition(":")[0] for key in after if after[key] > before.get(key, 0)))
        assert counted[0] == counted[1]
        assert "number-network" in counted[0]

    async def test_it_ends_a_day_later(self) -> None:
        registry = Registry()
        await exceed(registry)
        assert not (await registry.look_up(now=NOW + DAY)).uniform


class TestANetworkThatGuesses:
    async def test_is_refused_after_sixty_for_an_hour_at_most_and_others_are_not(self) -> None:
        registry = Registry()
        for number in range(60):
            guess = {"company_name": f"{number:05} Guess Inc", "importer_number": f"999-02-{number:04}"}
            await registry.look_up(
                REQUEST.model_copy(update=guess), networks=(HOME, STREET, TOWN), verified_by="altcha"
            )
        told = await registry.look_up(networks=(HOME, STREET, TOWN))
        assert told.problem is Problem.TOO_MANY_REQUESTS
        assert told.ticket is None
        assert told.retry_at
        assert told.retry_at <= NOW + HOUR
        assert (await registry.look_up(networks=("d" * 32, STREET, TOWN), verified_by="altcha")).problem is None
        assert (await registry.look_up(networks=(HOME, STREET, TOWN), now=told.retry_at)).problem is None

    async def test_an_office_that_files_honestly_for_many_importers_meets_no_limit_of_its_network(self) -> None:
        registry = Registry()
        for number in range(200):
            registry.limits.codes.clear()  # each time for another importer and contact
            assert (await registry.look_up(networks=(HOME, STREET, TOWN))).problem is None, number


class TestCodes:
    async def test_after_three_in_an_hour_a_requester_needs_a_step_up(self) -> None:
        registry = Registry()
        assert [(await registry.look_up()).problem for _ in range(4)] == [None] * 3 + [Problem.VERIFICATION_NEEDED]

    async def test_whoever_uses_up_an_importer_s_codes_keeps_others_away_for_an_hour_at_most(
        self,
    ) -> None:
        registry = Registry()
        for number in range(40):
            attacker = REQUEST.model_copy(update={"email": f"a{number}@b.example"})
            await registry.look_up(attacker, verified_by="altcha", networks=(HOME,))
        id = uuid4()
        told = await registry.look_up(networks=(STREET,), id=id)
        assert told.problem is Problem.TOO_MANY_REQUESTS
        assert told.ticket
        assert told.retry_at
        assert told.retry_at <= NOW + HOUR
        later = await registry.look_up(networks=(STREET,), ticket=told.ticket, id=id, now=told.retry_at)
        assert later.contact == CONTACT

    async def test_the_successor_of_a_code_that_we_took_up_too_late_counts_in_no_limit(self) -> None:
        registry = Registry()
        for _ in range(3):
            await registry.look_up()
        assert (await registry.look_up()).problem is Problem.VERIFICATION_NEEDED
        registry.delayed.add(INDEX.compute("email", "jane@example.com"))
        assert (await registry.look_up()).problem is None

    async def test_a_mailbox_gets_at_most_ten_in_an_hour(self) -> None:
        registry = Registry()
        told = [
            await registry.look_up(REQUEST.model_copy(update={"email": f"a{n}@b.example"}), verified_by="altcha")
            for n in range(60)
        ]
        assert sum(result.contact is not None for result in told) == 10

    async def test_a_hundred_wrong_codes_in_a_row_need_an_operator(self) -> None:
        registry = Registry()
        await registry.look_up()
        registry.wrong_codes[INDEX.compute("email", "jane@example.com")] = 99
        assert (await registry.look_up()).problem is None
        registry.wrong_codes[INDEX.compute("email", "jane@example.com")] = 100
        told = await registry.look_up()
        assert told.problem is Problem.TOO_MANY_REQUESTS
        assert (told.retry_at, told.ticket) == (None, None)
        assert (await registry.look_up(REQUEST.model_copy(update={"email": "joe@example.com"}))).problem is None

    async def test_under_the_uniform_answer_match_and_mismatch_are_told_the_same_turn(self) -> None:
        registry = Registry()
        await exceed(registry)
        told = []
        for request in (REQUEST, EINS):
            importer = INDEX.compute("importer", request.importer_number)
            places = registry.limits.codes.setdefault(name_codes(importer), {})
            places.update({uuid4(): CodeSent(NOW, "other") for _ in range(20)})
            result = await registry.look_up(request, verified_by="altcha")
            told.append((result.problem, result.retry_at, result.ticket is not None))
        assert told[0] == told[1] == (Problem.TOO_MANY_REQUESTS, NOW + TURN, True)

    async def test_under_the_uniform_answer_nobody_sees_that_the_contact_has_many_codes(self) -> None:
        registry = Registry()
        await exceed(registry)
        places = registry.limits.codes.setdefault(name_contact(INDEX.compute("email", "pat@example.com")), {})
        places.update({uuid4(): CodeSent(NOW) for _ in range(20)})
        assert await registry.look_up(verified_by="altcha") == CheckResult(uniform=True, applicant=APPLICANT)

    async def test_that_an_address_is_in_use_is_told_as_often_as_a_code_would_go_out(self) -> None:
        registry = Registry()
        addresses = [f"a{number}@b.example" for number in range(40)]
        registry.users.update(INDEX.compute("email", address) for address in addresses)
        told = [
            (await registry.look_up(REQUEST.model_copy(update={"email": address}), verified_by="altcha")).problem
            for address in addresses
        ]
        assert told.count(Problem.EMAIL_IN_USE) == 10
        assert set(told) == {Problem.EMAIL_IN_USE, Problem.TOO_MANY_REQUESTS}
