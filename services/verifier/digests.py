"""Writes the daily digests that are due, for the code mailer. Whom and what they name is read from the records."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.verifier.parties import ReadRecord, find_record
from shared import clock
from shared.contracts.events import DigestDue
from shared.contracts.sealed import DigestLine, RequestsDigest
from shared.domain.errors import TransientFailure
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.limits.digest import NO_IMPORTER, Digest
from shared.messaging.publishing import Publisher
from shared.security.sealing import Sealer, name_context
from shared.storage.applications import Applications
from shared.storage.digests import Digests
from shared.storage.importers import Importers

log = structlog.get_logger()

MOST_LINES = 10
"""Importers that an email lists."""


class DigestWriter:
    """Makes digests due. Several verifiers may do so concurrently: a digest's event and email have one id."""

    def __init__(
        self,
        digests: Digests,
        applications: Applications,
        importers: Importers,
        publisher: Publisher,
        *,
        storage: Sealer,
        emails: Sealer,
        hold: timedelta,
    ) -> None:
        self._digests = digests
        self._applications = applications
        self._importers = importers
        self._publisher = publisher
        self._storage = storage
        self._emails = emails
        self._hold = hold

    async def run(self) -> None:
        """Publishes every digest that is due, and forgets it once the broker has confirmed that."""
        now = clock.now()
        for id in await self._digests.list_due(now):
            try:
                await self._send(id, now)
            except TransientFailure as failure:
                log.warning("a digest cannot be written yet", digest=str(id), reason=str(failure))
            except Exception as error:  # one that nobody can read must not keep others
                log.error("a digest cannot be written", digest=str(id), exc_info=error)

    async def _send(self, id: UUID, now: datetime) -> None:
        digest = await self._digests.load(id)
        if digest is None:
            return
        content = await self.compose(digest, now)
        if content:
            sealed = self._emails.seal(content, name_context(DigestDue.TYPE, "content", digest.id))
            due = DigestDue(application_id=digest.id, content=sealed, since=digest.since, due_at=digest.due_at)
            await self._publisher.publish(due, id=due.own_id, at=now)
        await self._digests.remove(digest.id)

    async def compose(self, digest: Digest, now: datetime) -> RequestsDigest | None:
        """What the email says; None if every request has its code by now, or no record names the contact any more.

        If the records have come to name several contacts, each importer is told to nobody but its own.
        """
        records = await self._find_records(digest, await self._count_open(digest), now)
        if not records:
            return None
        contact = records[0][0].contact
        same = [(record, count) for record, count in records if _has_address(record, contact.poc_email)]
        lines = [
            DigestLine(
                company_name=record.contact.company_name,
                importer_number=ImporterNumber.parse(record.importer_number).masked,
                requests=count,
                at_least=digest.is_full_for(record.importer),
            )
            for record, count in same
        ]
        return RequestsDigest(
            recipient=contact.poc_email,
            poc_name=contact.poc_name,
            requests=sum(line.requests for line in lines),
            at_least=any(line.at_least for line in lines),
            importers=tuple(lines[:MOST_LINES]),
            more_importers=len(lines[MOST_LINES:]),
            importers_at_least=digest.is_full,
        )

    async def _count_open(self, digest: Digest) -> Counter[str]:
        """How many requests for importers still have no code, by importer."""
        counts: Counter[str] = Counter()
        for request in digest.requests:
            if request.importer == NO_IMPORTER:
                continue
            application = await self._applications.load(request.application)
            if application is None or application.code is None or application.is_decoy:
                counts[request.importer] += 1
        return counts

    async def _find_records(self, digest: Digest, counts: Counter[str], now: datetime) -> list[tuple[ReadRecord, int]]:
        """The records that may be told of, those with the most requests first.

        Not those whose contact changed since the digest began: they may name another than the one it is about.
        """
        found = []
        for importer, count in counts.most_common():
            record = await find_record(importer, self._importers, self._storage, hold=self._hold, now=now)
            if isinstance(record, ReadRecord) and not _was_changed_since(record, digest.since):
                found.append((record, count))
        return found


def _was_changed_since(record: ReadRecord, since: datetime) -> bool:
    return record.contact_changed_at is not None and record.contact_changed_at >= since


def _has_address(record: ReadRecord, address: str) -> bool:
    return email_address.normalize(record.contact.poc_email) == email_address.normalize(address)
