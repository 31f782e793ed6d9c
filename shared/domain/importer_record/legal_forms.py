"""Legal forms of companies: each gets one short spelling, and none is dropped."""

import re

_WORDS = {"incorporated": "inc", "company": "co", "corporation": "corp", "limited": "ltd"}
"""Matched anywhere, because spaces do not matter: ``Co.Limited``."""

_FORMS = {
    "llc": "(ltd|limited) liability (co|company)",
    "lllp": "(ltd|limited) liability (ltd|limited) partnership",
    "llp": "(ltd|limited) liability partnership",
    "lp": "(ltd|limited) partnership",
    "plc": "public (ltd|limited) (co|company)",
    "pllc": "professional ((ltd|limited) liability (co|company)|llc)",
    "pc": "professional (corp|corporation)",
    "pa": "professional association",
    "gmbh": "gesellschaft mit beschr(aE|ae|a)nkter haftung",
    "ag": "aktiengesellschaft",
    "kg": "kommanditgesellschaft",
    "bv": "besloten vennootschap",
    "nv": "naamloze vennootschap",
    "ab": "aktiebolag",
    "oy": "osakeyhti(oE|oe|o)",
    "aps": "anpartsselskab",
    "as": "aktieselskab|aksjeselskap",
    "spa": "societa per azioni",
    "srl": "societa a responsabilita limitata",
    "sarl": "societe a responsabilite limitee",
    "s de rl": "sociedad de responsabilidad limitada",
    "de cv": "de capital variable",
    "sa": "societe anonyme|sociedad anonima|sociedade anonima",
    "kk": "kabushiki (kaisha|gaisha)",
    "pty": "proprietary",
    "pvt": "private",
}
"""Forms of several words or in other languages: matched only as whole words."""

_SEVERAL = re.compile("|".join(rf"\b(?P<f{number}>{long})\b" for number, long in enumerate(_FORMS.values())))
_ONE = re.compile("|".join(_WORDS))


def shorten(words: str) -> str:
    """These words, in lower case and without accents, with each legal form in its short spelling."""
    while (shorter := _ONE.sub(lambda found: _WORDS[found[0]], _SEVERAL.sub(_shorten_one, words))) != words:
        words = shorter
    return words


def _shorten_one(found: re.Match[str]) -> str:
    number = next(number for number in range(len(_FORMS)) if found[f"f{number}"])
    return list(_FORMS)[number]
