"""Modules are short and named for their content."""

import pytest

from tests.architecture.sources import ROOT, modules

LONGEST = 250
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("name", sorted({part for path in modules() for part in path.with_suffix("").parts}))
def test_a_name_says_what_is_inside(name: str) -> None:
    assert not SAYS_NOTHING & set(name.lower().split("_"))
