"""The countries and states that the details page offers: to browsers as suggestions, to its scripts as what they mean.

All of it stands in the page (a good 4 KB of it are for scripts alone): it is needed without scripts too, and scripts
have it at hand before the design system's component for lists looks for them.
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
    """What else it is called, parted by bars: ``UK|Britain``."""

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
    """What `shared.domain.geography.spellings` knows of one kind of place besides spellings, parted by bars."""

    forms: str
    vague: str
    in_full: str

    @classmethod
    def join(cls, forms: Iterable[str], vague: Iterable[str], in_full: Iterable[str]) -> "KindWords":
        """The same as texts, in an order of their own."""
        return cls(*("|".join(sorted(words)) for words in (forms, vague, in_full)))


@dataclass(frozen=True)
class PlaceOptions:
    """What can be chosen, and how it is by_code."""

    countries: tuple[CountryOption, ...]
    states: tuple[StateOption, ...]
    alpha_3: str
    """The countries' three-letter codes in their order, parted by bars: together, they are half as heavy."""

    country_words: KindWords
    state_words: KindWords

    @classmethod
    def load(cls) -> "PlaceOptions":
        """All that the domain accepts."""
        by_code = {
            code: CountryOption(
                name,
                code,
                "|".join(countries.also_called(code)),
                country_names.PART_OF.get(code, ""),
                states.use(code),
                postal_code.used_in(code),
            )
            for code, name in countries.names().items()
        }
        states_of_them = tuple(
            StateOption(name, code, "|".join(states.also_called(country, code)), by_code[country])
            for country in ("US", "CA", "MX")
            for code, name in states.names(country).items()
        )
        return cls(
            tuple(by_code.values()),
            states_of_them,
            "|".join(map(countries.alpha_3, by_code)),
            KindWords.join(country_names.FORMS, country_names.VAGUE, country_names.IN_FULL),
            KindWords.join(state_names.FORMS, state_names.VAGUE, state_names.IN_FULL),
        )
