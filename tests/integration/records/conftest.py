"""A database for the commands of a test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database


@pytest.fixture
def database(
    mongodb_url: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Database[dict[str, Any]]]:
    """An empty database that acectl's settings name."""
    name = f"test-{uuid4().hex[:8]}"
    monkeypatch.chdir(tmp_path)
    for setting, value in {**keys, "ACE_MONGODB_URL": mongodb_url, "ACE_MONGODB_DATABASE": name}.items():
        monkeypatch.setenv(setting, value)
    with MongoClient[dict[str, Any]](mongodb_url) as client:
        yield client[name]
        client.drop_database(name)
