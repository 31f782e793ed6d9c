"""Records each load in the audit, and counts what recent ones changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from services.console.files.hashed_file import HashedFile
from services.console.files.row_tally import RowTally
from shared import clock
from shared.storage.loads import BEGUN, LoadEntry, Loads

RECENT = timedelta(hours=24)
"""How far back a limit on changes counts, so that several small loads do not pass it together."""


@dataclass(frozen=True)
class LoadLog:
    """The audit of one load: by whom and why, and the file that is being read."""

    loads: Loads
    who: str
    why: str | None
    file: HashedFile

    async def count_recent(self, what: str) -> Counter[str]:
        """How many such records recent loads changed, by kind of change."""
        return await self.loads.count_changes(what, clock.now() - RECENT)

    async def write(self, what: str, result: str, tally: RowTally, *, complete: bool) -> None:
        """Records a result, before it takes effect. Raises `TransientFailure`."""
        entry = LoadEntry(
            id=uuid4(),
            at=clock.now(),
            who=self.who,
            why=self.why,
            what=what,
            result=result,
            file=None if result == BEGUN else self.file.digest,
            complete=complete,
            rows=tally.rows,
            bad=tally.bad,
            changes={kind: count for kind, count in tally.changes.items() if count},
        )
        await self.loads.add(entry, tally.contacts)
