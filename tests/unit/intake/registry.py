"""What the validations look up, in memory, and starts that are checked against it."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from services.intake.admission import Admissions
from services.intake.checks import CheckResult, Checks
from services.intake.tickets import Tickets
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.application import Application
from shared.domain.decision import Situation
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord
from tests.support.memory.digests import Digests
from tests.support.memory.limits import MemoryLimits
from tests.unit.intake.starting import NOW, RECORD, REQUEST, SEALS, start

INDEX = BlindIndex(KeyRing.parse(make_ring()))


class Registry:
    """One importer record, the portal users, and what was counted. `hold`: of codes after a contact changed."""

    def __init__(self, record: ImporterRecord | None = RECORD, *, hold: timedelta = timedelta(), **stored: Any) -> None:
        self.id = INDEX.compute("importer", "123-45-6789")
        self.users: set[str] = set()
        self.stored: StoredImporter | None = None
        self.limits, self.digests = MemoryLimits(), Digests()
        self.wrong_codes: dict[str, int] = {}
        self.delayed: set[str] = set()
        if record:
            sealed = SEALS.storage.seal(record, f"importers/record/{self.id}")
            self.stored = StoredImporter(self.id, sealed, **{"active": True, "top_account": None, **stored})

        async def exists(email: str) -> bool:
            return email in self.users

        async def find(id: str) -> StoredImporter | None:
            return self.stored if id == self.id else None

        async def count_wrong_codes(_importer: str, email: str, _since: datetime | None) -> int:
            return self.wrong_codes.get(email, 0)

        async def was_delayed(_importer: str, email: str, _since: datetime) -> bool:
            return email in self.delayed

        self.applications = SimpleNamespace(count_wrong_codes=count_wrong_codes, was_delayed=was_delayed)
        self.checks = Checks(
            SEALS,
            INDEX,
            portal_users=cast("Any", SimpleNamespace(exists=exists)),
            importers=cast("Any", SimpleNamespace(find=find)),
            admissions=Admissions(
                cast("Any", self.limits),
                cast("Any", self.applications),
                Tickets(Fingerprints(KeyRing.parse(make_ring()))),
                trusted=("gateway", ""),  # an empty setting names nobody
            ),
            digests=cast("Any", self.digests),
            contact_hold=hold,
        )

    async def look_up(
        self,
        request: AccountRequest = REQUEST,
        application: Application | None = None,
        *,
        now: datetime = NOW,
        user: str = "gateway",
        id: UUID | None = None,
        **said: Any,
    ) -> CheckResult:
        """Looks up a start that comes now."""
        command = start(request).model_copy(update=said)
        return await self.checks.look_up(command, Situation(application, id or uuid4(), user, now))

    async def guess(self, times: int, **said: Any) -> list[Problem | None]:
        """Guesses so many other numbers under the record's name."""
        numbers = (f"999-01-{number:04}" for number in range(len(self.limits.failures), 9999))
        return [
            (await self.look_up(REQUEST.model_copy(update={"importer_number": number}), **said)).problem
            for number, _ in zip(numbers, range(times), strict=False)
        ]
