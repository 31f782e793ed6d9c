"""The countries and states of the details page: suggestions for browsers, and spellings for scripts.

All of it is in the page (a good 4 KB for scripts alone): the suggestions work without scripts, and scripts have
everything before the design system's list component looks for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.geography import countries, country_names, postal_code, state_names, states


@dataclass(frozen=True)
class CountryOption:
    """A country, and which parts its addresses have."""

    name: str
    code: str
    also: str
    """Its other names, separated by bars: ``UK|Britain``."""

    part_of: str
    """The code of the country that it belongs to, if any."""

    state: states.Use
    zip: bool


@dataclass(frozen=True)
class StateOption:
    """A state of a country that needs one."""

    name: str
    code: str
    also: str
    country: CountryOption


@dataclass(frozen=True)
class KindWords:
    """What `shared.domain.geography.spellings` knows of countries or states besides spellings, separated by bars."""

    forms: str
    vague: str
    in_full: str

    @classmethod
    def join(cls, forms: Iterable[str], vague: Iterable[str], in_full: Iterable[str]) -> "KindWords":
        """Joins the words with bars, in alphabetical order."""
        return cls(*("|".join(sorted(words)) for words in (forms, vague, in_full)))


@dataclass(frozen=True)
class PlaceOptions:
    """All countries and states to choose from, and the words that help to recognize them."""

    countries: tuple[CountryOption, ...]
    states: tuple[StateOption, ...]
    alpha_3: str
    """The countries' three-letter codes in the same order, separated by bars: half the size of one attribute each."""

    country_words: KindWords
    state_words: KindWords

    @classmethod
    def load(cls) -> "PlaceOptions":
        """Loads everything that the domain accepts."""
        by_code = {
            code: CountryOption(
                name,
                code,
                "|".join(countries.list_other_names(code)),
                country_names.PART_OF.get(code, ""),
                states.use(code),
                postal_code.is_used_in(code),
            )
            for code, name in countries.list_names().items()
        }
        states_of_them = tuple(
            StateOption(name, code, "|".join(states.list_other_names(country, code)), by_code[country])
            for country in ("US", "CA", "MX")
            for code, name in states.list_names(country).items()
        )
        return cls(
            tuple(by_code.values()),
            states_of_them,
            "|".join(map(countries.find_alpha_3, by_code)),
            KindWords.join(country_names.FORMS, country_names.VAGUE, country_names.IN_FULL),
            KindWords.join(state_names.FORMS, state_names.VAGUE, state_names.IN_FULL),
        )
