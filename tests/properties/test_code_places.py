"""Nobody passes a limit of code emails, and the checks notice a bug that lets somebody."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest

from services.intake import admission
from shared.domain.limits.code_emails import Places, Turn, find_turn
from tests.properties.code_places import try_histories
from tests.support.memory.limits import MemoryLimits

Patch = AbstractContextManager[object]


def test_nobody_passes_a_limit_of_code_emails_whatever_happens() -> None:
    try_histories()


def decide_differently(decide: Callable[[Places, Places, datetime], Turn]) -> Patch:
    return mock.patch.object(admission, "find_turn", decide)


def a_contact_gets_any_number() -> Patch:
    return decide_differently(lambda importer, contact, now: find_turn(importer, replace(contact, before=()), now))


def what_waits_is_not_counted() -> Patch:
    def drop(places: Places) -> Places:
        return replace(places, before=tuple(place for place in places.before if not place.waiting))

    return decide_differently(lambda importer, contact, now: find_turn(drop(importer), drop(contact), now))


def whoever_comes_back_gets_it() -> Patch:
    def decide(importer: Places, to_contact: Places, now: datetime) -> Turn:
        return Turn() if importer.own and importer.own.waiting else find_turn(importer, to_contact, now)

    return decide_differently(decide)


def nobody_has_to_be_verified() -> Patch:
    return decide_differently(lambda *asked: replace(find_turn(*asked), wait=None))


def places_are_not_given_back() -> Patch:
    async def give_back(*_: object) -> None:
        pass

    return mock.patch.object(MemoryLimits, "give_back", give_back)


def only_the_importers_place_is_given_back() -> Patch:
    give_back = MemoryLimits.give_back

    async def give_one_back(limits: MemoryLimits, keys: Iterable[str], id: UUID) -> None:
        await give_back(limits, [next(iter(keys))], id)

    return mock.patch.object(MemoryLimits, "give_back", give_one_back)


def each_delivery_takes_a_place() -> Patch:
    take = MemoryLimits.take_codes

    async def take_another(limits: MemoryLimits, codes: Any, _id: UUID, now: datetime) -> dict[str, Places]:
        return await take(limits, codes, uuid4(), now)

    return mock.patch.object(MemoryLimits, "take_codes", take_another)


def later_places_count_too() -> Patch:
    take = MemoryLimits.take_codes

    async def take_last(limits: MemoryLimits, codes: Any, id: UUID, now: datetime) -> dict[str, Places]:
        places = await take(limits, codes, id, now)
        others = {key: tuple(place for other, place in limits.codes[key].items() if other != id) for key in codes}
        return {key: replace(found, before=others[key]) for key, found in places.items()}

    return mock.patch.object(MemoryLimits, "take_codes", take_last)


def the_contact_is_told_of_everything() -> Patch:
    return mock.patch.object(Turn, "is_told_to_contact", new=True)


def the_contact_is_told_of_nothing() -> Patch:
    return mock.patch.object(Turn, "is_told_to_contact", new=False)


@pytest.mark.parametrize(
    "bug",
    [
        the_contact_is_told_of_everything,
        the_contact_is_told_of_nothing,
        a_contact_gets_any_number,
        what_waits_is_not_counted,
        whoever_comes_back_gets_it,
        nobody_has_to_be_verified,
        places_are_not_given_back,
        only_the_importers_place_is_given_back,
        each_delivery_takes_a_place,
        later_places_count_too,
    ],
)
def test_a_bug_is_noticed(bug: Callable[[], Patch]) -> None:
    with bug(), pytest.raises(AssertionError):
        try_histories()
