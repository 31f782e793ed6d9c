"""People who apply in the chaos suite, and their habits."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

EMAILS = "abcdefghijklmnopqrstuvwxyz"


class Habit(StrEnum):
    """What a person does besides filling out the form."""

    PLAIN = "plain"
    ERRS = "guesses wrong twice"
    LOCKED = "guesses wrong five times"
    BACK = "goes back once"
    IMPATIENT = "clicks twice"
    RELOADS = "reloads"
    LEAVES = "leaves at the code"


HABITS = (
    *[Habit.PLAIN] * 6,
    *[Habit.ERRS] * 3,
    Habit.LOCKED,
    *[Habit.BACK] * 3,
    *[Habit.IMPATIENT] * 5,
    *[Habit.RELOADS] * 3,
    Habit.LEAVES,
)


@dataclass(frozen=True)
class Importer:
    """An importer record with unique words."""

    number: str
    company: str
    poc_name: str
    poc_email: str


@dataclass(frozen=True)
class Person:
    """A person who applies."""

    importer: Importer
    email: str
    last_name: str
    street: str
    telephone: str
    habit: Habit

    @property
    def personal(self) -> frozenset[str]:
        """Their personal data, which must not be anywhere in the clear, in lower case."""
        number, digits = self.importer.number, self.importer.number.replace("-", "")
        contact = (self.importer.poc_email, self.importer.poc_name.split()[1], self.importer.company.split()[0])
        own = (self.email, self.last_name, self.street.split()[1], self.telephone, self.telephone.replace("-", ""))
        return frozenset(datum.lower() for datum in (number, digits, *contact, *own))


def _word(number: int) -> str:
    """A unique word for a number."""
    return "quix" + "".join(EMAILS[number // 26**place % 26] for place in range(4))


def _importer(number: int) -> Importer:
    word = _word(number)
    return Importer(
        number=f"07-{number:07d}AB",
        company=f"{word.title()} Imports Inc.",
        poc_name=f"Pat {word.title()}poc",
        poc_email=f"poc@{word}.example",
    )


def _person(number: int, importer: Importer, habit: Habit, email: str | None = None) -> Person:
    word = _word(number)
    return Person(
        importer=importer,
        email=email or f"owner@{word}.example",
        last_name=f"{word.title()}name",
        street=f"{number} {word.title()}street",
        telephone=f"562-{201 + number // 10_000}-{number % 10_000:04d}",
        habit=habit,
    )


def people(seed: int, first: int = 1) -> Iterator[list[Person]]:
    """Endless groups of people who arrive together: most alone, some rivals for an importer or with one address."""
    chance = random.Random(seed)  # noqa: S311  # nothing here is secret
    number = first
    while True:
        draw = chance.random()
        size = 1 if draw < 0.82 else 2 if draw < 0.94 else 3
        after_one_importer = draw < 0.9
        group: list[Person] = []
        for _ in range(size):
            importer = group[0].importer if group and after_one_importer else _importer(number)
            email = group[0].email.title() if group and not after_one_importer else None
            habit = chance.choice(HABITS) if size == 1 else Habit.PLAIN
            group.append(_person(number, importer, habit, email))
            number += 1
        yield group
