"""Where a program's time goes, as text, from the stacks that a profiler saw."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LONGEST = 25


@dataclass
class Stacks:
    """Samples: in each function itself, beneath it, and in each package itself."""

    total: int = 0
    own: Counter[str] = field(default_factory=Counter)
    beneath: Counter[str] = field(default_factory=Counter)
    packages: Counter[str] = field(default_factory=Counter)


def read_stacks(file: Path) -> Stacks:
    """Reads collapsed stacks: frames from the outermost to the innermost with semicolons, and a count."""
    read = Stacks()
    for line in file.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        stack, samples = frames.split(";"), int(count)
        read.total += samples
        read.own[stack[-1]] += samples
        read.packages[name_package(stack[-1])] += samples
        for frame in set(stack):
            read.beneath[frame] += samples
    return read


def name_package(frame: str) -> str:
    """A frame's package; of our own code, its part."""
    parts = frame.rpartition("(")[2].rstrip(")").removesuffix(".py").split("/")
    return "/".join(parts[:2]) if parts[0] in ("services", "shared") else parts[0]


def describe(program: str, stacks: Stacks, milliseconds: float) -> Iterator[str]:
    """A program's time in lines: its milliseconds an application, and each part of them."""
    yield f"\n## {program}: {milliseconds:.1f} ms an application, {stacks.total} samples\n"
    lists = {"By package, itself": stacks.packages, "By function, itself": stacks.own, "With callees": stacks.beneath}
    for heading, samples in lists.items():
        yield f"{heading}:\n"
        for name, count in samples.most_common(LONGEST):
            share = count / stacks.total
            if share >= 0.005:
                yield f"    {share * milliseconds:6.2f} ms {share:6.1%}  {name}"
        yield ""
