"""A soak test's verdict distinguishes growth from fluctuation."""

import math

import pytest

from tests.soak.sampling import Sample
from tests.soak.verdict import Series, series

HOUR = 3600


def memory(of: str, at_first: float, per_hour: float, hours: float = 1) -> Series:
    """An hour of samples that fluctuate by 1 MB around a slope, with an outlier."""
    count = int(hours * HOUR / 10)
    samples = [Sample(10.0 * n, "memory", of, at_first + per_hour * n * 10 / HOUR + math.sin(n)) for n in range(count)]
    samples[count // 2] = Sample(samples[count // 2].seconds, "memory", of, 10 * at_first)
    return next(series(samples))


@pytest.mark.parametrize(("per_hour", "grows"), [(0, False), (0.8, False), (1.2, True), (30, True)])
def test_memory_grows_when_its_slope_is_a_megabyte_an_hour(per_hour: float, grows: bool) -> None:
    found = memory("intake", 70, per_hour)
    assert found.grows is grows
    assert found.per_hour == pytest.approx(per_hour, abs=0.2)


def test_a_servers_memory_and_files_are_not_judged() -> None:
    assert not memory("mongod", 150, 30).grows
    assert not next(series([Sample(10.0 * n, "files", "mongod", 200 + n) for n in range(360)])).grows


def test_a_short_runs_slope_counts_from_half_a_megabyte_on() -> None:
    assert not memory("intake", 70, 3, hours=0.2).grows
    assert memory("intake", 70, 30, hours=0.2).grows


def test_the_warm_up_is_not_judged() -> None:
    samples = [Sample(10.0 * n, "memory", "intake", min(50 + n, 100)) for n in range(360)]
    assert not next(series(samples)).grows


@pytest.mark.parametrize("what", ["files", "connections", "channels", "messages"])
def test_momentary_use_is_not_a_leak_and_lasting_use_is(what: str) -> None:
    used = [Sample(10.0 * n, what, "gateway", 20 + 30 * (n % 3 == 0)) for n in range(360)]
    leaked = [Sample(each.seconds, what, "gateway", each.value + n // 20) for n, each in enumerate(used)]
    assert not next(series(used)).grows
    assert next(series(leaked)).grows
