"""The countries and states that the details page offers: to browsers as suggestions, to its scripts as what they mean.

All of it stands in the page (a good 2 KB of it are for scripts alone): it is needed without scripts too, and scripts
have it at hand before the design system's component for lists looks for them.
"""

from dataclasses import dataclass

from shared.domain import postal


@dataclass(frozen=True)
class Country:
    """A country, and which parts its addresses have."""

    name: str
    code: str
    also: str
    """Its further spellings without case and accents, parted by bars: ``usa|america``."""

    state: postal.StateUse
    zip: bool

    in_full: bool
    """Whether it is never meant by a beginning that it shares with others."""


@dataclass(frozen=True)
class State:
    """A state of a country that needs one."""

    name: str
    code: str
    also: str
    country: Country


@dataclass(frozen=True)
class Places:
    """What can be chosen."""

    countries: tuple[Country, ...]
    states: tuple[State, ...]

    @classmethod
    def known(cls) -> "Places":
        """All that `shared.domain.postal` accepts."""
        countries = {
            code: Country(
                name,
                code,
                "|".join(postal.also_called(code)),
                postal.state_use(code),
                postal.has_codes(code),
                code in postal.IN_FULL,
            )
            for code, name in postal.countries().items()
        }
        states = tuple(
            State(name, code, "|".join(postal.also_called(country, code)), countries[country])
            for country in ("US", "CA", "MX")
            for code, name in postal.states(country).items()
        )
        return cls(tuple(countries.values()), states)
