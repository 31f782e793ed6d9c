"""Reading JSON leaves nothing behind: pydantic's parser otherwise keeps some 16,000 short texts of what it read."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from pydantic import BaseModel
from pydantic_settings import BaseSettings

from tests.architecture.sources import ROOT


def list_models(kind: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    """Every model of the services and what they share. Settings are not read from JSON."""
    for found in kind.__subclasses__():
        if not issubclass(found, BaseSettings):
            if found.__module__.startswith(("services.", "shared.")):
                yield found
            yield from list_models(found)


@pytest.fixture(scope="module")
def models() -> list[type[BaseModel]]:
    for folder in ("services", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            if "(BaseModel)" in path.read_text():
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [*list_models()]


def test_no_name_address_or_code_stays_in_the_parser_s_cache(models: list[type[BaseModel]]) -> None:
    assert len(models) > 30
    assert {each.__name__ for each in models if each.model_config.get("cache_strings") != "keys"} == set()
