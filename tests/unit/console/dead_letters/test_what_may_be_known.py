"""A dead letter tells operators what may be known of it, whatever its sender wrote."""

from dataclasses import replace

import pytest

from services.console.dead_letters.dead_letter import (
    identify,
    read_body,
)
from tests.unit.console.dead_letters.test_replayed_messages import hold, parked, raw_of
from tests.unit.messaging.rig import APPLICATION, GATEWAY, SEALED, START, Rig, a_guess


class TestWhatMayBeKnown:
    async def test_hostile_properties_harm_no_terminal_and_reveal_no_address(self, rig: Rig) -> None:
        dead = await parked(rig, replace(a_guess(), type="\x1b[ada@acme.example", message_id="123-45-6789"))
        letter = hold(dead, rig.queue).letter
        assert letter.type == "?[***@***"
        assert letter.id.startswith("~")
        assert letter.reason == "it breaks its contract: type: unknown (taken: check-code.v1)"

    def test_one_that_the_broker_gave_up_on_says_so_whatever_its_headers_say(self, rig: Rig) -> None:
        death = {"reason": "delivery_limit", "queue": rig.queue.name, "count": 1}
        dead = replace(a_guess(), headers={"x-death": [death], "ace-reason": "all is well"})
        letter = hold(dead, rig.queue).letter
        assert letter.by_broker
        assert "the broker gave up" in letter.reason
        assert letter.sender == GATEWAY
        assert letter.parked_at is None
        assert letter.since == START

    @pytest.mark.parametrize("ids", [("987-65-4320", "987-65-4321"), ("x" * 200 + "1", "x" * 200 + "2")])
    def test_two_messages_with_masked_ids_have_two_names(self, ids: tuple[str, str]) -> None:
        one, other = (replace(a_guess(), message_id=id, body=id[-1:].encode()) for id in ids)
        assert identify(raw_of(one)) != identify(raw_of(other))

    def test_one_without_an_id_is_named_by_its_fingerprint(self) -> None:
        one, other = replace(a_guess(), message_id=None), replace(a_guess(), message_id=None, body=b"another")
        assert identify(raw_of(one)).startswith("~")
        assert identify(raw_of(one)) != identify(raw_of(other))

    def test_its_body_is_told_as_far_as_nothing_sealed_is_in_it(self) -> None:
        said = read_body(raw_of(a_guess()))
        assert said is not None
        assert said["application_id"] == str(APPLICATION)
        assert said["code"] == "sealed"
        assert SEALED not in str(said)
        assert read_body(raw_of(replace(a_guess(), body=b"123-45-6789"))) is None

    async def test_a_dead_letter_whose_recovery_failed_keeps_its_first_sender(self, rig: Rig) -> None:
        rig.store.failure = lambda what: RuntimeError("x") if what == "mark" else None
        dead = await parked(rig)
        assert hold(dead, rig.queue).letter.sender == GATEWAY
