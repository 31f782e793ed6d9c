"""Where replies lead, for every milestone, reply and state: always to one page, never to an exception."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.journey import transitions
from services.gateway.journey.page import Milestone
from services.gateway.journey.pending import Pending
from services.gateway.journey.session import Session
from shared.contracts.catalogue import COMMANDS
from shared.contracts.commands import CheckCode, StartApplication
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import (
    ApplicationAbandoned,
    ApplicationStatus,
    CodeAccepted,
    DetailsTaken,
    NotYet,
    RecordedReply,
    Refused,
    StartAccepted,
)
from shared.contracts.state import FOLLOWERS, State

NOW = datetime(2026, 11, 23, tzinfo=UTC)
APPLICATION = UUID("11111111-1111-5111-8111-111111111111")
SEALED = "k1." + "A" * 40
START = Pending(type=StartApplication.TYPE, id=uuid4(), taken_at=NOW, sent_at=NOW)
ACCEPTED = StartAccepted(application_id=APPLICATION, reference="ACE-0000-0000", sent_to=SEALED)

pending = st.builds(
    Pending,
    type=st.sampled_from([command.TYPE for command in COMMANDS]),
    id=st.uuids(),
    taken_at=st.just(NOW),
    sent_at=st.just(NOW),
)
sessions = st.builds(
    Session,
    seen_at=st.just(NOW),
    milestone=st.sampled_from(Milestone),
    application_id=st.just(APPLICATION),
    command_id=st.uuids(),
    grant=st.sampled_from(["", "sealed"]),
    expires_at=st.sampled_from([None, NOW]),
    request=st.just({"email": "jane.doe@example.com"}),
    pending=st.none() | pending,
)
replies: st.SearchStrategy[Reply] = st.one_of(
    st.just(StartAccepted(application_id=APPLICATION, reference="ACE-0000-0000")),
    st.just(ACCEPTED),
    st.just(CodeAccepted(application_id=APPLICATION, grant=SEALED, details_until=NOW)),
    st.just(DetailsTaken(application_id=APPLICATION)),
    st.just(ApplicationAbandoned(application_id=APPLICATION)),
    st.just(NotYet(application_id=APPLICATION)),
    st.builds(Refused, application_id=st.just(APPLICATION), problem=st.sampled_from(Problem)),
)
recorded = st.builds(lambda reply: RecordedReply(type=reply.TYPE, body=reply.body().decode()), replies)
outcomes = st.builds(
    ApplicationStatus,
    application_id=st.just(APPLICATION),
    status=st.sampled_from(["pending", "known", "parked"]),
    reply=st.none() | recorded,
    state=st.none() | st.sampled_from(State),
    problem=st.none() | st.sampled_from(Problem),
    account=st.just("A-1"),
)


@given(session=sessions, reply=replies)
def test_every_reply_leaves_the_person_on_a_page(session: Session, reply: Reply) -> None:
    after = transitions.apply_reply(session, reply)
    assert after.page in ("/request", "/waiting", "/code", "/details", "/confirmation")
    verified = isinstance(reply, CodeAccepted) and session.pending and not session.leaving
    assert (after.id, after.former_id) == ((after.id, session.id) if verified else (session.id, None))
    assert (after.id == session.id) is not bool(verified)


@given(session=sessions, outcome=outcomes)
def test_nobody_waits_for_an_application_that_is_over(session: Session, outcome: ApplicationStatus) -> None:
    after = transitions.apply_status(session, outcome)
    if outcome.state and outcome.state not in FOLLOWERS:
        assert after.page != "/waiting"


@given(session=sessions, outcome=outcomes)
def test_nobody_waits_for_what_is_parked(session: Session, outcome: ApplicationStatus) -> None:
    parked = outcome.model_copy(update={"status": "parked", "reply": None})
    assert transitions.apply_status(session, parked).page != "/waiting"


@given(session=sessions, outcome=outcomes)
def test_only_a_person_with_the_grant_learns_of_the_account(session: Session, outcome: ApplicationStatus) -> None:
    stranger = session.replace(grant="", pending=None, milestone=Milestone.CODE)
    after = transitions.apply_status(stranger, outcome)
    assert after.milestone is not Milestone.CONFIRMATION
    assert not after.account


def test_the_masked_address_is_learned_from_an_answer_that_comes_late_too() -> None:
    waiting = Session(seen_at=NOW, application_id=APPLICATION, pending=START)
    late = RecordedReply(type=ACCEPTED.TYPE, body=ACCEPTED.body().decode())
    outcome = ApplicationStatus(application_id=APPLICATION, status="known", reply=late, state=State.AWAITING_CODE)
    assert transitions.apply_reply(waiting, ACCEPTED).sent_to == ACCEPTED.sent_to
    assert transitions.apply_status(waiting, outcome).sent_to == ACCEPTED.sent_to


@given(problem=st.sampled_from(sorted(transitions.RESTARTS)))
def test_the_masked_address_is_forgotten_with_the_code(problem: Problem) -> None:
    checking = START.model_copy(update={"type": CheckCode.TYPE})
    at_code = Session(
        seen_at=NOW, application_id=APPLICATION, milestone=Milestone.CODE, sent_to=SEALED, pending=checking
    )
    right = CodeAccepted(application_id=APPLICATION, grant=SEALED, details_until=NOW)
    assert transitions.apply_reply(at_code, right).milestone is Milestone.DETAILS
    assert not transitions.apply_reply(at_code, right).sent_to
    assert not transitions.apply_reply(at_code, Refused(application_id=APPLICATION, problem=problem)).sent_to


@given(session=sessions, problem=st.sampled_from(Problem))
def test_a_refusal_is_told_and_only_a_restart_loses_what_was_typed(session: Session, problem: Problem) -> None:
    after = transitions.apply_refusal(session, Refused(application_id=uuid4(), problem=problem))
    assert after.refused
    assert after.refused.problem is problem
    assert bool(after.request) == (problem not in transitions.RESTARTS)
