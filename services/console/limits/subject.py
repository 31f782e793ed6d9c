"""Whom limits are about, as an operator names them: one importer record number, name, address or network."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from services.console.output import number_rules
from shared.domain.errors import Invalid
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.importer_record import company_name
from shared.domain.limits import keys
from shared.domain.limits.failures import Asked, Limit, list_answer_limits, list_match_limits
from shared.security.fingerprints import BlindIndex
from shared.security.networks import list_networks, tag_networks


class Unreadable(ValueError):
    """What was typed names no subject. Says what is wrong with it, and never repeats it."""


@dataclass(frozen=True)
class Subject:
    """The keys that count about it. Only `shown` may be shown."""

    shown: str
    asked: Asked
    keys: tuple[str, ...]
    beginnings: tuple[str, ...] = ()
    """What further keys begin with: those with a network of somebody who asked."""

    def find_limits(self, counted: Iterable[str]) -> list[Limit]:
        """The limits of failures behind these keys of it: two where Social Security numbers have a stricter one."""
        found: list[Limit] = []
        for key in counted:
            tag = key.rpartition(":")[2]
            asked = self.asked if self.asked.networks else replace(self.asked, networks=(tag, "", ""))
            limit, stricter = _find_limit(key, asked), _find_limit(key, replace(asked, is_social_security=True))
            found.append(limit)
            if stricter != limit:
                found.append(replace(stricter, name=f"{limit.name}, with Social Security numbers"))
        return found

    @classmethod
    def read_importer(cls, number: str, index: BlindIndex) -> Self:
        """An importer, by its number."""
        try:
            parsed = ImporterNumber.parse(number)
        except Invalid as error:
            raise Unreadable(f"the number {number_rules.explain_number(error.rule)}") from None
        id = index.compute("importer", parsed.value)
        return cls(
            f"importer {parsed.masked}",
            Asked(importer=id),
            (keys.name_number(id), keys.name_codes(id), keys.name_lifted(id)),
            (keys.name_number_and_network(id), keys.name_answers(id)),
        )

    @classmethod
    def read_name(cls, name: str, index: BlindIndex) -> Self:
        """All companies whose name has the same coarsest form."""
        try:
            coarsest = company_name.make_coarsest(company_name.parse(name))
        except Invalid:
            raise Unreadable("this is not a company's name") from None
        asked = Asked(
            name=index.compute("company", coarsest),
            name_begins=index.compute("company begins", coarsest[: company_name.COARSE_BEGINNING]),
        )
        names = keys.name_company(asked.name), keys.name_company(asked.name_begins)
        return cls(f"companies of one name ({asked.name[:8]})", asked, names)

    @classmethod
    def read_address(cls, address: str, index: BlindIndex) -> Self:
        """A requester's or contact's email address."""
        try:
            parsed = email_address.parse(address)
        except Invalid:
            raise Unreadable("this is not an email address") from None
        id = index.compute("email", email_address.normalize(parsed))
        return cls(email_address.mask(parsed), Asked(address=id), (keys.name_answers_to(id), keys.name_contact(id)))

    @classmethod
    def read_network(cls, host: str, index: BlindIndex) -> Self:
        """A visitor's address, and the networks around it. The index is that of networks."""
        networks = list_networks(host)
        if not networks:
            raise Unreadable("this is not an IP address")
        tags = tag_networks(index, host)
        return cls(f"the network {networks[1]}", Asked(networks=tags), tuple(keys.name_network(tag) for tag in tags))


def _find_limit(key: str, asked: Asked) -> Limit:
    return next(limit for limit in (*list_match_limits(asked), *list_answer_limits(asked)) if limit.key == key)
