"""A command's id stands for what it asks for: a repeat gets the same answer, anything else is refused."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts.breach import Breach
from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, Refused
from shared.contracts.sealed import AccountRequest, TypedCode
from shared.domain.errors import ContractBroken, PermanentFailure, TransientFailure
from shared.messaging.command_contents import CommandContents
from shared.security.command_seals import CommandSealers
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.documents import to_application, to_document
from tests.support.memory.broker import sent_by
from tests.unit.messaging.decisions import abandons_and_tells, changes_nothing, raises
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, Rig, a_guess

FORM = KeyRing.parse(make_ring())
SEALER = Sealer(FORM)
SEALERS = CommandSealers(FORM, None, ())
RING = KeyRing.parse(make_ring())
CONTENTS = CommandContents(SEALERS, Fingerprints(RING))
REQUEST = AccountRequest(company_name="Acme", importer_number="12-3456789AB", email="ada@acme.example")


def check(code: str, **changes: object) -> CheckCode:
    sealed = SEALER.seal(TypedCode(code=code), name_context(CheckCode.TYPE, "code", APPLICATION))
    return CheckCode(application_id=APPLICATION, taken_at=START, code=sealed).model_copy(update=changes)


def start(request: AccountRequest = REQUEST, **changes: object) -> StartApplication:
    sealed = SEALER.seal(request, name_context(StartApplication.TYPE, "request", APPLICATION))
    return StartApplication(application_id=APPLICATION, taken_at=START, request=sealed).model_copy(update=changes)


@pytest.mark.parametrize(
    "again",
    [
        start(),
        start(taken_at=START + timedelta(seconds=9)),
        start(networks=("a" * 32,)),
        start(verified_by="altcha"),
        start(ticket="1793632205678.k1.0123456789abcdef"),
    ],
    ids=["sealed anew", "another time", "networks", "verification", "ticket"],
)
def test_what_differs_at_each_try_makes_no_difference(again: StartApplication) -> None:
    mac = CONTENTS.compute_mac(start(), GATEWAY)
    assert CONTENTS.compute_mac(again, GATEWAY) == mac
    assert CONTENTS.matches(mac, again, GATEWAY)


@pytest.mark.parametrize(
    "other",
    [
        start(REQUEST.model_copy(update={"email": "bob@acme.example"})),
        check("5EHX-MVTS"),
        AbandonApplication(application_id=APPLICATION, taken_at=START),
    ],
    ids=["other contents", "another command", "one without contents"],
)
def test_anything_else_does(other: Message) -> None:
    mac = CONTENTS.compute_mac(start(), GATEWAY)
    assert CONTENTS.compute_mac(other, GATEWAY) != mac
    assert not CONTENTS.matches(mac, other, GATEWAY)


def test_a_fingerprint_survives_a_new_key_and_is_not_held_against_anybody_without_its_own() -> None:
    mac = CONTENTS.compute_mac(start(), GATEWAY)
    new = KeyRing({"new": bytes(range(32)), **RING.keys})
    assert CommandContents(SEALERS, Fingerprints(new)).compute_mac(start(), GATEWAY) != mac
    for ring in (new, KeyRing({"new": bytes(range(32))})):
        assert CommandContents(SEALERS, Fingerprints(ring)).matches(mac, start(), GATEWAY)
    assert not CommandContents(SEALERS, Fingerprints(new)).matches(mac, check("5EHX-MVTS"), GATEWAY)


def test_it_is_short_and_says_nothing() -> None:
    mac = CONTENTS.compute_mac(start(), GATEWAY)
    assert len(mac) == len(RING.current) + 1 + 8
    assert CommandContents(SEALERS, Fingerprints(KeyRing.parse(make_ring()))).compute_mac(start(), GATEWAY) != mac


class TestProcessing:
    @pytest.fixture
    def rig(self, rig: Rig) -> Rig:
        rig.contents = CONTENTS
        return rig

    async def test_a_repeat_gets_the_same_answer_however_it_is_sealed(self, rig: Rig) -> None:
        for _ in range(2):
            await rig.take(abandons_and_tells, sent_by(GATEWAY, check("5EHX-MVTS"), UUID(int=1), START))
        done = ApplicationAbandoned(application_id=APPLICATION)
        assert rig.broker.replies == [done, done]
        assert len(rig.decided) == 1

    async def test_another_command_under_its_id_is_refused_and_its_own_answer_stays(self, rig: Rig) -> None:
        await rig.take(abandons_and_tells, sent_by(GATEWAY, check("5EHX-MVTS"), UUID(int=1), START))
        await rig.take(abandons_and_tells, sent_by(GATEWAY, check("XXXX-XXXX"), UUID(int=1), START))
        assert rig.broker.replies[1] == broken("message_id: other-contents")
        [dead] = rig.broker.to("ace.dead")
        assert dead.headers["ace-reason"] == "it breaks its contract: message_id: other-contents"
        assert rig.application.handled[UUID(int=1)].reply == ApplicationAbandoned(application_id=APPLICATION)

    async def test_what_was_remembered_before_there_were_fingerprints_is_not_compared(self, rig: Rig) -> None:
        await rig.take(abandons_and_tells, sent_by(GATEWAY, check("5EHX-MVTS"), UUID(int=1), START))
        document = to_document(rig.application)
        del document["handled"][str(UUID(int=1))]["mac"]
        rig.store.put(to_application(document))
        await rig.take(abandons_and_tells, sent_by(GATEWAY, check("XXXX-XXXX"), UUID(int=1), START))
        assert rig.broker.to("ace.dead") == []

    async def test_one_that_does_not_open_is_refused_before_it_is_decided(self, rig: Rig) -> None:
        await rig.take(raises(AssertionError("decided")), a_guess())
        assert rig.broker.replies == [broken("code: no-such-key")]
        assert rig.decided == []

    async def test_one_whose_step_finds_its_contract_broken_is_refused_as_such(self, rig: Rig) -> None:
        await rig.take(
            raises(ContractBroken({"code": Breach.UNKNOWN})), sent_by(GATEWAY, check("5EHX-MVTS"), UUID(int=1), START)
        )
        assert rig.broker.replies == [broken("code: unknown")]


class TestAskingLater:
    async def test_a_command_that_nobody_could_read_is_remembered_by_its_sender_and_id(self, rig: Rig) -> None:
        sent = replace(a_guess(), body=b"", headers={})
        await rig.take(changes_nothing, sent)
        reason = "it breaks its contract: body: not-json"
        assert rig.refused.reasons == {(GATEWAY, UUID(sent.message_id)): reason}
        assert rig.application.parked == {}
        assert rig.broker.replies == [broken("body: not-json", UUID(int=0))]

    async def test_so_is_one_about_an_application_that_does_not_exist(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, is_begun=False)
        rig.contents = CONTENTS
        sent = await rig.take(changes_nothing)
        assert rig.refused.reasons.keys() == {(GATEWAY, UUID(sent.message_id))}

    @pytest.mark.parametrize(("user", "id"), [(None, str(UUID(int=1))), (GATEWAY, "no uuid")])
    async def test_nothing_is_remembered_without_a_sender_and_an_id(self, rig: Rig, user: str | None, id: str) -> None:
        await rig.take(changes_nothing, replace(a_guess(), body=b"", user_id=user, message_id=id))
        assert rig.refused.reasons == {}
        assert len(rig.broker.to("ace.dead")) == 1

    async def test_one_that_is_parked_for_another_reason_is_only_marked(self, rig: Rig) -> None:
        await rig.take(raises(PermanentFailure("no")))
        assert rig.refused.reasons == {}
        assert rig.application.parked

    async def test_a_database_that_is_away_keeps_nobody_from_being_answered(self, rig: Rig) -> None:
        rig.refused.failure = lambda: TransientFailure("the database is away")
        await rig.take(changes_nothing, replace(a_guess(), body=b"", headers={}))
        assert rig.journal == ["forwarded to ace.dead", "replied refused", "acknowledged"]


def broken(reason: str, application: UUID = APPLICATION) -> Refused:
    return Refused(application_id=application, problem=Problem.CONTRACT_BROKEN, reason=reason)
