"""Every service is restarted, one process at a time, while people fill out the form, and nobody notices."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.soak.applicants import EMAILS, Applicants, run_applicants, write_records
from tests.support.local_system import local_system
from tests.support.mail_sink import MailSink
from tests.support.servers import Servers
from tests.support.waiting import until

PEOPLE = 4
"""People who apply again and again."""


@pytest.mark.full
async def test_people_who_apply_while_every_service_is_restarted_see_no_failed_page(
    running: Servers, rabbitmq_url: str, box: MailSink, tmp_path: Path
) -> None:
    records = tmp_path / "importers.csv"
    write_records(records, 2000)
    told = {
        "ACE_RABBITMQ_URL": rabbitmq_url,
        "ACE_RABBITMQ_MANAGEMENT_URL": running.management_url,
        "ACE_MONGODB_URL": running.mongodb_url,
        "ACE_MONGODB_DATABASE": f"test-{uuid4().hex[:8]}",
        "ACE_SMTP_URL": box.url,
        "ACE_IMPORTERS": str(records),
    }
    async with local_system(tmp_path / "data", told) as system:
        people = Applicants(system.address, box)

        async def somebody_is_done() -> bool:
            return people.completed > 0

        async with run_applicants(people, PEOPLE):
            await until(somebody_is_done)
            said = await system.restart()
    assert [line.partition(":")[2].partition(":")[0] for line in said.splitlines()] == [
        *("intake", "verifier", "provisioner", "code-mailer", "general-mailer"),
        "gateway",
    ]
    assert people.failures == []
    assert people.completed == people.begun
    assert list(people.emails.values()) == [1] * EMAILS * people.begun
