"""What each browser was told, and what the operator did."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.contracts.email_kind import EmailKind
from tests.chaos.people.person import Person
from tests.support.mail_sink import REFERENCE

ACCOUNT = re.compile(r"number\s+(\S+)")


@dataclass(frozen=True)
class Told:
    """One page."""

    at: datetime
    status: int
    path: str
    problems: tuple[str, ...]
    reference: str
    account: str


@dataclass
class Story:
    """Everything that one person was told and did."""

    person: Person
    told: list[Told] = field(default_factory=list)
    entered: list[tuple[str, str]] = field(default_factory=list)
    """References, each with a code entered for it."""
    failures: int = 0
    """How often no page came."""
    end: str = ""
    """Where it ended; empty if it did not."""

    def saw(self, status: int, path: str, problems: list[str], text: str) -> Told:
        """Records a page that was shown."""
        reference = REFERENCE.search(text)
        account = ACCOUNT.search(text) if path == "/confirmation" else None
        page = Told(
            at=datetime.now(UTC),
            status=status,
            path=path,
            problems=tuple(problems),
            reference=reference[0] if reference else "",
            account=account[1] if account else "",
        )
        self.told.append(page)
        return page

    @property
    def references(self) -> list[str]:
        """Every reference shown on a page, in order."""
        return list(dict.fromkeys(page.reference for page in self.told if page.reference))

    @property
    def account(self) -> str:
        """The account that they were told of; empty if none."""
        return next((page.account for page in self.told if page.account), "")


@dataclass
class Ledger:
    """Everybody's stories during one fault."""

    stories: list[Story] = field(default_factory=list)
    asked: dict[tuple[str, EmailKind], int] = field(default_factory=dict)
    """How often the operator asked for an email again, by reference; the broker may not have heard it."""
    resent: dict[tuple[str, EmailKind], int] = field(default_factory=dict)
    """How often the broker confirmed that."""

    @property
    def pages(self) -> int:
        """How many pages were shown."""
        return sum(len(story.told) for story in self.stories)

    @property
    def references(self) -> list[str]:
        """Every reference."""
        return list(dict.fromkeys(reference for story in self.stories for reference in story.references))
