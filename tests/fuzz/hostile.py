"""Text that readers stumble over, and valid text with some of it inside."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

TRAPS = (
    *("", " ", ".", ",", ";", "-", "--", "/", "\\", "'", '"', '""', "<", ">", "@", "@@", "%", "&", "=", "#", "+"),
    *("|", "?"),
    *("\0", "\r\n", "\t", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufffe", "\ufffd", "\ue000"),
    *("\U0010ffff", "\U000e0001"),
    *("\u0301", "\u0316", "\u0301\u0316", "\u0345", "e\u0301", "\u0308", "\u20e3", "\ufe0f", "\u1160", "\u115f"),
    *("\u200b", "\u200c", "\u200d", "\u0627\u200c", "\u00ad", "\u034f", "\u2060", "\ufeff", "\u180e", "\u3164"),
    *("\u202a", "\u202d", "\u202e", "\u2066", "\u2069", "\u061c", "\u05d0", "\u0627"),
    *("\u2010", "\u2013", "\u2212", "\u30fc", "\uff0d", "\u2e3b", "\u00a0", "\u3000", "\u2007"),
    *("\ufdfa", "\ufb03", "\u3392", "\u212b", "\u0130", "\u0131", "\u00df", "\u1e9e", "\u01c5", "\u0149", "\u03c2"),
    *("\uff21", "\uff10", "\u0661", "\u0967", "\u2460", "\u00b2", "\U0001d7d8", "\u0430"),
    *("\u0391", "\U0001f468\u200d\U0001f469"),
    *("%00", "%ff", "%C0%AF", "%u0041", "%", "%%", "%2525", "+", "&amp;", "&#0;", "<script>", "{{7*7}}", "${x}"),
    *("%s", "{0}"),
    *("=?utf-8?q?a?=", "=?utf-8?b?YQ==?=", '"a b"@x.example', '"\\""@x.example', "a@[127.0.0.1]"),
    *("a@b@c", "(c)a@b.example"),
    *(
        "xn--",
        "xn--a",
        "xn--\u00e9",
        "xn--99999999",
        "a\u3002b",
        "..",
        "\u00b7",
        "l\u00b7l",
        "\u30fb",
        "-a-",
        "a" * 64,
        "http://",
        "[::1]",
    ),
    *(
        "9" * 30,
        "1" * 400,
        "-1",
        "1e999",
        "NaN",
        "0x10",
        "00",
        "1_0",
        "O0",
        "Il1",
        "=1+1",
        "@SUM(1)",
        "N/A",
        "none",
        "or",
        "ext.",
    ),
    *("incorporated", "orporated", "limited liability ", "d/b/a ", "a.k.a. ", "c/o ", " & ", " and ", "the ", "st. "),
)
"""Combining marks, invisible and direction characters, doubles, characters that grow when they are normalized,
encodings of other layers, and words that our readers look for."""

SURROGATES = ("\ud800", "\udcff", "\udfff\ud800")
"""What undecodable bytes become in arguments and files, and what JSON may spell."""

LONGEST = 70_000
"""Characters: a little more than the form or a message may have."""


def texts(examples: Sequence[str], *, surrogates: bool = False) -> st.SearchStrategy[str]:
    """Valid examples with traps inside, parts of them, runs of any length, and anything else."""
    traps = st.sampled_from((*TRAPS, *(SURROGATES if surrogates else ())))
    return st.one_of(
        mutated(st.sampled_from(tuple(examples) or ("a",)), traps),
        st.lists(traps, max_size=8).map("".join),
        st.builds(_repeat, st.lists(traps, min_size=1, max_size=2).map("".join), st.integers(1, 500)),
        st.builds(_repeat, st.lists(traps, min_size=1, max_size=2).map("".join), st.integers(500, LONGEST)),
        st.text(max_size=80),
    )


def _repeat(part: str, length: int) -> str:
    return (part * (length // max(1, len(part)) + 1))[:length]


@st.composite
def mutated(draw: st.DrawFn, examples: st.SearchStrategy[str], traps: st.SearchStrategy[str]) -> str:
    """An example in which one to three pieces are replaced, repeated or left out."""
    text = draw(examples)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 4)))
        piece = draw(st.one_of(traps, st.just(text[start:end] * 3), st.characters()))
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def changed_json(draw: st.DrawFn, body: dict[str, Any]) -> bytes:
    """A JSON object with a value, a key or some bytes changed; keys may be there twice."""
    pairs = [(json.dumps(name), json.dumps(value)) for name, value in body.items()]
    place = draw(st.integers(0, len(pairs)))
    name = draw(st.sampled_from([name for name, _ in pairs]) | JSON_VALUES)
    pairs.insert(place, (name, draw(JSON_VALUES)))
    if draw(st.booleans()):
        del pairs[draw(st.integers(0, len(pairs) - 1))]
    raw = ("{" + ",".join(f"{name}:{value}" for name, value in pairs) + "}").encode()
    return draw(
        st.just(raw) | st.binary(max_size=3).map(lambda some: raw[: len(raw) // 2] + some + raw[len(raw) // 2 :])
    )


JSON_VALUES = st.sampled_from(
    [
        *('""', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\x"', "'a'", "null", "true", "NaN", "Infinity"),
        *("-0", "1e999"),
        *("9" * 30, "9" * 5_000, "-1", "1.5", "0" * 10, "18446744073709551616", '"9999-12-31T23:59:59-23:59"'),
        *('"0001-01-01T00:00:00+23:59"', '"2026-11-02T15:04:05Z"', '"2026-11-02"'),
        *("1e18", '"00000000000000000000000000000000"'),
        *("[" * 10_000, "[" * 150 + "]" * 150, '{"a":' * 10_000, '{"a":{}}', "[]", "[[]]", '"' + "A" * 70_000 + '"'),
    ]
) | st.text(max_size=10).map(json.dumps)
"""Values as JSON, and some that are none: deep, long, huge, at the calendar's ends."""
