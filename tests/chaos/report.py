"""The report: a table of faults and invariants, with counts."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.chaos.checks.invariants import INVARIANTS
from tests.chaos.injection.points import every_point
from tests.chaos.run import Result

COUNTS = ("people", "applications", "accounts", "pages", "messages", "injected", "restarts", "copies", "emails")
LEGEND = """\
`injected`: what the fault did (kills, cut connections, moved messages...). `restarts`: processes that died and were
started anew. `copies`: messages that crossed the broker again under one id. `again`: emails that came once more under
the same Message-ID. `gap`: longest time in which workers answered no question; `no page`: in which no page came. The
last columns: violations of each invariant of `docs/architecture.md`.
""".splitlines()
HEAD = ("fault", *COUNTS, "again", "parked", "gap s", "no page s", *INVARIANTS)


def report(results: list[Result]) -> str:
    """The whole report, in Markdown."""
    total = Result("**all**")
    for result in results:
        for name in (*COUNTS, "emails_again"):
            setattr(total, name, getattr(total, name) + getattr(result, name))
        total.gap, total.page_gap = max(total.gap, result.gap), max(total.page_gap, result.page_gap)
        for reason, count in result.dead.items():
            total.dead[reason] = total.dead.get(reason, 0) + count
        for name in INVARIANTS:
            total.violations.setdefault(name, []).extend(result.violations.get(name, []))
    took = sum(result.seconds for result in results)
    lines = [
        f"# Chaos report, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {took / 60:.1f} min",
        "",
        *LEGEND,
        "",
        _row(HEAD),
        _row("---" for _ in HEAD),
        *(_row(_cells(result)) for result in (*results, total)),
        "",
    ]
    points: dict[str, int] = {}
    for result in results:
        for name, count in result.points.items():
            points[name] = points.get(name, 0) + count
    if points:
        lines += ["Crash points that fired:", "", *(f"- {name}: {count}" for name, count in sorted(points.items())), ""]
        if never := [name for name in every_point() if name not in points]:
            lines += ["Never come by: " + ", ".join(never), ""]
    for result in results:
        ends = ", ".join(f"{end or 'no end'} {count}" for end, count in sorted(result.ends.items()))
        parked = ", ".join(f"{reason} ({count})" for reason, count in sorted(result.dead.items()))
        lines.append(f"- {result.fault}: {ends}" + (f"; parked: {parked}" if parked else ""))
        lines += [f"  - **{sentence}**" for sentence in result.broken[:20]]
    return "\n".join(lines) + "\n"


def _cells(result: Result) -> Iterable[str]:
    yield result.fault
    yield from (str(getattr(result, name)) for name in COUNTS)
    yield str(result.emails_again)
    yield str(sum(result.dead.values()))
    yield f"{result.gap:.1f}"
    yield f"{result.page_gap:.1f}"
    yield from (str(len(result.violations.get(name, []))) for name in INVARIANTS)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
