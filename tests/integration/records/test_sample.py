"""The sample importer that `make run` offers can really apply; otherwise it offers none."""

from uuid import uuid4

import pytest

from deploy.local import sample
from deploy.local.sample import SampleImporter
from shared.settings.processes import Settings
from tests.support.records import store_importer
from tests.support.settings import settings_with_keys

HARBOR = SampleImporter("Harbor Lights Imports LLC", "07-1234567AB")
HERON = SampleImporter("Blue Heron Trading Company, Inc.", "08-765432100")


@pytest.fixture
def settings(mongodb_url: str) -> Settings:
    """Settings of an empty database."""
    return settings_with_keys(mongodb_url=mongodb_url, mongodb_database=f"test-{uuid4().hex[:8]}")


async def store(
    settings: Settings, shown: SampleImporter, poc_email: str = "poc@sample.example", **record: object
) -> None:
    active, account = bool(record.get("active", True)), record.get("top_account")
    await store_importer(
        settings,
        shown.importer_number,
        shown.company_name,
        poc_email,
        active=active,
        top_account=str(account) if account else None,
    )


async def test_the_first_sample_in_the_database_is_offered(settings: Settings) -> None:
    await store(settings, HERON)
    await store(settings, HARBOR)
    assert await sample.find_importer(settings) == HARBOR


@pytest.mark.parametrize(
    "record",
    [{"active": False}, {"top_account": "A-7K2M-0XQ9-4T5V"}, {"poc_email": ""}, {"poc_email": "poc at sample.example"}],
)
async def test_a_sample_that_cannot_apply_is_passed_over(settings: Settings, record: dict[str, str]) -> None:
    await store(settings, HARBOR, **record)
    assert await sample.find_importer(settings) is None
    await store(settings, HERON)
    assert await sample.find_importer(settings) == HERON


async def test_nothing_of_anybodys_own_records_is_offered(settings: Settings) -> None:
    await store(settings, SampleImporter("Somebody's Own Company", "12-3456789AB"))
    assert await sample.find_importer(settings) is None


async def test_a_number_of_the_samples_under_another_name_is_not_offered(settings: Settings) -> None:
    await store(settings, SampleImporter("Somebody's Own Company", HARBOR.importer_number))
    assert await sample.find_importer(settings) is None


async def test_without_a_database_no_sample_is_offered() -> None:
    settings = settings_with_keys(mongodb_url="mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
    assert await sample.find_importer(settings) is None
