"""How much one load may change."""

import pytest
import typer

from services.console.files.allowance import DEFAULT, Allowance, parse


@pytest.mark.parametrize(
    ("typed", "total", "most"),
    [("250", 1_000_000, 250), ("0", 1_000, 0), ("2.5%", 1_000, 25), ("100 %", 7, 7), ("1%", 99, 0)],
)
def test_an_allowance_is_a_number_or_a_percentage(typed: str, total: int, most: int) -> None:
    assert parse(typed).count_for(total) == most


@pytest.mark.parametrize("typed", ["", "-1", "many", "1.5", "1,000", "%", "1%%"])
def test_anything_else_is_a_wrong_command_line(typed: str) -> None:
    with pytest.raises(typer.BadParameter):
        parse(typed)


@pytest.mark.parametrize(("total", "most"), [(0, 100), (5_000, 100), (400_000, 4_000)])
def test_by_default_it_is_one_percent_or_a_hundred_whichever_is_more(total: int, most: int) -> None:
    assert DEFAULT.count_for(total) == most


def test_it_is_said_as_it_is_typed() -> None:
    assert [str(each) for each in (DEFAULT, Allowance(percent=2.5), Allowance(count=0))] == ["1% or 100", "2.5%", "0"]
