"""One person's way through the form is traced whole; of a crowd, a few traces a second."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Decision

from shared.observability.span_exporter import make_provider
from shared.observability.span_sampler import AT_ONCE, RATE, SteadySampler

URL = "http://127.0.0.1:9/v1/traces"


def count_kept(sampler: SteadySampler, begun: int) -> int:
    decisions = [sampler.should_sample(None, number, "POST request").decision for number in range(begun)]
    return decisions.count(Decision.RECORD_AND_SAMPLE)


def test_a_burst_is_kept_and_then_so_many_a_second() -> None:
    now = 0.0
    sampler = SteadySampler(lambda: now)
    assert count_kept(sampler, 100) == AT_ONCE
    now += 2
    assert count_kept(sampler, 100) == 2 * RATE
    now += 3600
    assert count_kept(sampler, 100) == AT_ONCE


def test_what_belongs_to_a_trace_is_kept_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_TRACES_SAMPLER", raising=False)
    tracer = make_provider("gateway", URL).get_tracer("ace")
    with tracer.start_as_current_span("POST request") as kept:
        for _ in range(100):
            with tracer.start_as_current_span("send") as part:
                assert part.get_span_context().trace_flags.sampled
    assert kept.get_span_context().trace_flags.sampled
    roots = [tracer.start_span("POST request").get_span_context().trace_flags.sampled for _ in range(100)]
    assert 0 < sum(roots) <= AT_ONCE


def test_a_sampler_of_the_operators_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_on")
    provider: TracerProvider = make_provider("gateway", URL)
    tracer = provider.get_tracer("ace")
    assert all(tracer.start_span("POST request").get_span_context().trace_flags.sampled for _ in range(100))
