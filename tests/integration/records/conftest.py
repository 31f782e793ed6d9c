"""A database for the commands of a test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database


@pytest.fixture(scope="module")
def indexed(mongodb_url: str) -> Iterator[Database[dict[str, Any]]]:
    """One database for a file's tests, because making its indexes takes longer than most of them."""
    name = f"test-{uuid4().hex[:8]}"
    with MongoClient[dict[str, Any]](mongodb_url) as client:
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def database(
    indexed: Database[dict[str, Any]],
    mongodb_url: str,
    keys: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Database[dict[str, Any]]]:
    """An empty database that acectl's settings name."""
    monkeypatch.chdir(tmp_path)
    for setting, value in {**keys, "ACE_MONGODB_URL": mongodb_url, "ACE_MONGODB_DATABASE": indexed.name}.items():
        monkeypatch.setenv(setting, value)
    yield indexed
    for collection in indexed.list_collection_names(
        filter={"type": "collection", "name": {"$not": {"$regex": "^system"}}}
    ):
        indexed[collection].delete_many({})
