"""One trace from message to message, through retries; a replay begins its own; and nothing at all while it is off."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from shared.contracts.conversations import FORM
from shared.domain import reference
from shared.domain.decision import Decision
from shared.domain.errors import TransientFailure
from shared.messaging import headers, topology
from shared.observability import logs, tracing
from tests.support.spans import Spans, recording
from tests.unit.messaging.decisions import abandons_and_tells
from tests.unit.messaging.rig import APPLICATION, SECRET, Rig, a_guess, again

QUEUE = "verifier.check-code"
PROCESS, SETTLE = f"process {QUEUE}", f"settle {QUEUE}"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recording() as found:
        yield found


def fails(*_: Any) -> Decision:
    raise TransientFailure("the database is away")


def bugs(*_: Any) -> Decision:
    raise ValueError(f"cannot read {SECRET}")


def trace_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.trace_id)


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent else None


def id_of(span: ReadableSpan) -> int:
    assert span.context
    return int(span.context.span_id)


async def test_a_message_is_processed_and_what_it_leads_to_is_sent_and_settled_in_one_trace(
    rig: Rig, spans: Spans
) -> None:
    await rig.take(abandons_and_tells)
    assert [name for name in spans.names if "ace.events" not in name] == ["send reply", SETTLE, PROCESS]
    process = spans.one(PROCESS)
    assert {parent_of(span) for span in spans.all} == {None, id_of(process)}
    assert process.attributes
    assert process.attributes["ace.reference"] == reference.derive(APPLICATION)
    assert process.attributes["ace.result"] == "done"
    for event in rig.broker.to(topology.EVENTS):
        sent = spans.one(f"send {event.exchange}:{event.routing_key}")
        assert f"{id_of(sent):016x}" in event.headers[tracing.HEADER]


async def test_a_retry_belongs_to_the_trace_of_its_first_attempt(rig: Rig, spans: Spans) -> None:
    await rig.take(fails)
    [forwarded] = rig.broker.to("ace.retry.1s")
    await rig.take(abandons_and_tells, again(forwarded, QUEUE))
    first, second = [span for span in spans.all if span.name == PROCESS]
    assert trace_of(first) == trace_of(second)
    delayed = spans.one(f"send ace.retry.1s:{QUEUE}")
    assert parent_of(delayed) == id_of(first)
    assert parent_of(second) == id_of(delayed)
    assert [link.context.span_id for link in second.links] == [id_of(delayed)]
    assert (first.status.status_code, first.status.description) == (StatusCode.ERROR, "the database is away")
    assert second.attributes
    assert second.attributes["ace.attempts"] == 1


async def test_a_replay_begins_a_trace_with_a_link_to_the_old_one(rig: Rig, spans: Spans) -> None:
    await rig.take(fails)
    [forwarded] = rig.broker.to("ace.retry.1s")
    replayed = replace(forwarded, exchange=topology.REPLAY, headers={**forwarded.headers, headers.REPLAYS: 1})
    await rig.take(abandons_and_tells, replayed)
    first, second = [span for span in spans.all if span.name == PROCESS]
    assert trace_of(first) != trace_of(second)
    assert second.parent is None
    assert [link.context.trace_id for link in second.links] == [trace_of(first)]


@pytest.mark.parametrize(("user", "goes_on"), [(FORM, True), ("worker", True), ("broker-line", False)])
async def test_only_our_own_programs_choose_the_trace_and_others_are_linked(
    rig: Rig, spans: Spans, user: str, goes_on: bool
) -> None:
    chosen = {tracing.HEADER: f"00-{7:032x}-{8:016x}-01"}
    await rig.take(abandons_and_tells, replace(a_guess(user=user), headers=chosen))
    process = spans.one(PROCESS)
    assert (trace_of(process) == 7, parent_of(process)) == (goes_on, 8 if goes_on else None)
    assert [(link.context.trace_id, link.context.span_id) for link in process.links] == [(7, 8)]


async def test_a_failure_is_told_in_our_words_alone(rig: Rig, spans: Spans) -> None:
    await rig.take(bugs)
    process = spans.one(PROCESS)
    assert process.status.description == "ValueError"
    assert process.events == ()
    assert SECRET not in spans.text


async def test_an_exception_that_passes_through_a_span_is_not_quoted(spans: Spans) -> None:
    with pytest.raises(ValueError, match=SECRET), tracing.open_span("a step"):
        raise ValueError(SECRET)
    assert spans.one("a step").events == ()
    assert SECRET not in spans.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"message_id": "Jane Doe"}, "Jane"),
        ({"correlation_id": "jane@acme.example"}, "jane@"),
        ({"message_id": "12-3456789"}, "12-3456789"),
        ({"correlation_id": SECRET}, SECRET),
    ],
    ids=["a name", "an address", "an employer identification number", "a Social Security number"],
)
async def test_what_a_gateway_writes_in_place_of_an_id_stays_out(
    rig: Rig, spans: Spans, changed: dict[str, str], said: str
) -> None:
    await rig.take(abandons_and_tells, replace(a_guess(), **changed))  # type: ignore[arg-type]  # all are strings
    assert PROCESS in spans.names
    assert said not in spans.text


@pytest.mark.parametrize("value", ["", "00-zz", 7, "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x" * 5000], ids=repr)
async def test_a_header_that_names_no_trace_begins_one(rig: Rig, spans: Spans, value: object) -> None:
    sent = a_guess()
    await rig.take(abandons_and_tells, replace(sent, headers={**sent.headers, tracing.HEADER: value}))
    assert spans.one(PROCESS).parent is None


def test_a_line_of_the_log_names_its_trace(spans: Spans) -> None:
    with tracing.open_span("a step"):
        line = logs.name_trace(None, "info", {"event": "application moved"})
    assert line["trace_id"] == f"{trace_of(spans.one('a step')):032x}"
    assert "trace_id" not in logs.name_trace(None, "info", {"event": "outside of any"})


async def test_nothing_is_added_while_it_is_off(rig: Rig) -> None:
    with capture_logs() as lines:
        await rig.take(abandons_and_tells)
    assert all(tracing.HEADER not in sent.headers for sent in rig.broker.sent)
    assert all("trace_id" not in line for line in lines)


def test_while_it_is_off_nothing_calls_opentelemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "trace", None)
    with tracing.open_span("nothing") as span:
        assert span is None
        tracing.note({"ace.result": "done"})
        tracing.note_failure("ValueError", "a bug")
        tracing.inject({})
        assert tracing.find_trace_id() is None
