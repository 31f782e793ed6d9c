"""Realistic importer files for trials and load tests. Nobody in them exists.

EINs begin with prefixes that the Internal Revenue Service never assigned. Social Security numbers are in the 900
series, which is never issued, with group numbers that no taxpayer number (ITIN) has. Domains end in `.example`.
"""

import math
import random
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from shared.domain import base32

EIN_PREFIXES = ("07", "08", "09", "17", "18", "19", "28", "29", "49", "69", "70", "78", "79", "89", "96", "97")
SUFFIX = "0123456789ABCDEFGHJKLMNPQRSTUVWXY"
LOCALES = ("en_US", "en_US", "en_US", "es_MX", "fr_CA", "de_DE", "pl_PL", "vi_VN")
PORTS = (
    *("0401", "0712", "0901", "1001", "1101", "1401", "1601", "1703", "1803", "2304"),
    *("2402", "2704", "2709", "2809", "3001", "3801", "3901", "4601", "5201", "5301"),
)
"""District and port codes: Boston to Houston."""
TRADES = (
    *("Imports", "Trading", "Foods", "Textiles", "Seafood", "Optics", "Hardware", "Furniture", "Footwear", "Ceramics"),
    *("Auto Parts", "Medical Supply", "Produce", "Electronics", "Toys", "Wine & Spirits", "Apparel", "Machinery"),
)
FORMS = (
    "LLC",
    "L.L.C.",
    "Inc",
    "Inc.",
    "Incorporated",
    "Corp.",
    "Corporation",
    "Co.",
    "Company",
    "Ltd",
    "Limited",
    "LP",
)
MALFORMED = (
    "{0}.example",
    "{0}@",
    "@{0}.example",
    "{0}@@mail.example",
    "{0} at mail.example",
    "n/a",
    "none",
    "{0}@mail",
)
POOL = 1_500
"""Names of each kind. Faker is slow, so it makes no more."""


@dataclass(frozen=True)
class Names:
    """Names of people and companies."""

    first: list[str]
    last: list[str]
    words: list[str]


def generate_importers(count: int, seed: int | None = None) -> Iterator[tuple[str, ...]]:
    """Rows of an importer file, with status. The same seed gives the same rows.

    Raises:
        ImportError: Faker is not installed.

    """
    chance = random.Random(seed)  # noqa: S311  # nothing here is secret
    return _make_rows(count, _make_names(chance.randrange(2**32)), chance)


def _make_rows(count: int, names: Names, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for number in islice(_make_numbers(chance), count):
        first, last = chance.choice(names.first), chance.choice(names.last)
        is_sole_proprietor = number[3] == "-"
        company = f"{first} {last}" if is_sole_proprietor else _make_company(names, last, chance)
        email = _make_email(first, last, company, chance)
        account = f"A-{base32.encode(chance.getrandbits(60), 12)}" if chance.random() < 0.06 else ""
        status = "inactive" if chance.random() < 0.03 else "active"
        yield number, company, f"{first} {last}", email, account, status


def _make_numbers(chance: random.Random) -> Iterator[str]:
    """Numbers in all three formats, without repeats."""
    eins = shuffle_below(len(EIN_PREFIXES) * 10**7, chance)
    assigned = shuffle_below(46 * len(PORTS) * 10**5, chance)
    social = shuffle_below(100 * 40 * 9_999, chance)
    while True:
        kind = chance.random()
        if kind < 0.86:
            prefix, serial = divmod(next(eins), 10**7)
            suffix = "00" if chance.random() < 0.6 else chance.choice(SUFFIX) + chance.choice(SUFFIX)
            yield f"{EIN_PREFIXES[prefix]}-{serial:07d}{suffix}"
        elif kind < 0.95:
            rest, serial = divmod(next(assigned), 10**5)
            year, port = divmod(rest, len(PORTS))
            yield f"{(1980 + year) % 100:02d}{PORTS[port]}-{serial:05d}"
        else:
            rest, serial = divmod(next(social), 9_999)
            area, group = divmod(rest, 40)
            yield f"{900 + area}-{10 + group}-{serial + 1:04d}"


def shuffle_below(size: int, chance: random.Random) -> Iterator[int]:
    """The numbers below `size` in a scrambled order."""
    number, step = chance.randrange(size), chance.randrange(size // 3, size)
    while math.gcd(step, size) != 1:
        step += 1
    while True:
        yield number
        number = (number + step) % size


def _make_names(seed: int) -> Names:
    from faker import Faker  # noqa: PLC0415  # optional, and needed only here

    faker = Faker(list(dict.fromkeys(LOCALES)))
    faker.seed_instance(seed)
    spoken = [faker[locale] for locale in LOCALES]
    return Names(
        first=[spoken[i % len(spoken)].first_name() for i in range(POOL)],
        last=[spoken[i % len(spoken)].last_name() for i in range(POOL)],
        words=[faker["en_US"].word().title() for _ in range(POOL)],
    )


def _make_company(names: Names, last: str, chance: random.Random) -> str:
    trade, form = chance.choice(TRADES), chance.choice(FORMS)
    style = chance.random()
    if style < 0.4:
        name = f"{chance.choice(names.words)} {chance.choice(names.words)} {trade}"
    elif style < 0.7:
        name = f"{last} {trade}"
    elif style < 0.85:
        name = f"{last} & {chance.choice(names.last)} {trade}"
    else:
        name = f"{last}'s {chance.choice(names.words)}"
    return f"{name}, {form}" if chance.random() < 0.3 else f"{name} {form}"


def _make_email(first: str, last: str, company: str, chance: random.Random) -> str:
    """Usually a good address; five percent of records have none, one percent a malformed one."""
    case = chance.random()
    if case < 0.05:
        return ""
    if case < 0.06:
        return chance.choice(MALFORMED).format(_to_ascii(last))
    return f"{_to_ascii(first)}.{_to_ascii(last)}@{_to_ascii(company)[:40]}.example"


def _to_ascii(text: str) -> str:
    """A name reduced to what an address allows."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain) or "info"
