"""Comparing schemas finds each way to break a contract, and allows everything else."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from tests.contract.schemas import breaches, promised


class Inner(BaseModel):
    kind: Literal["one", "two"]


class Published(BaseModel):
    number: int
    name: Annotated[str, Field(max_length=10)]
    inner: Inner
    kinds: dict[Literal["a", "b"], Literal["x", "y"]] = {}
    note: str | None = None


def later(**fields: object) -> type[BaseModel]:
    return create_model("Later", __base__=Published, **fields)  # type: ignore[call-overload,no-any-return]


class WiderInner(BaseModel):
    kind: Literal["one", "two", "three"]
    more: str = ""


class NarrowerInner(BaseModel):
    kind: Literal["one"]


@pytest.mark.parametrize(
    "changed",
    [
        Published,
        later(added=(str | None, None)),
        later(added=(list[int], [])),
        later(name=(Annotated[str, Field(max_length=20)], ...)),
        later(inner=(WiderInner, ...)),
    ],
)
def test_optional_fields_and_wider_values_keep_the_promise(changed: type[BaseModel]) -> None:
    assert breaches(promised(Published), promised(changed)) == []


@pytest.mark.parametrize(
    ("changed", "breach"),
    [
        (later(added=(str, ...)), "added: it is required now"),
        (later(note=(str, ...)), "note: it is required now"),
        (later(number=(int, 0)), "number: readers rely on it"),
        (later(number=(str, ...)), "number: its type changed"),
        (later(note=(int | None, None)), "note: something that was valid is not any more"),
        (later(note=(str, "")), "note: something that was valid is not any more"),
        (later(name=(Annotated[str, Field(max_length=9)], ...)), "name: maxLength is tighter"),
        (later(name=(Annotated[str, Field(max_length=10, pattern="^a")], ...)), "name: its pattern changed"),
        (later(name=(Literal["ada"], ...)), "name: only some values are valid now"),
        (later(inner=(NarrowerInner, ...)), "inner.kind: 'two' is no valid value any more"),
        (later(kinds=(dict[Literal["a"], Literal["x", "y"]], {})), "kinds.*: 'b' is no valid value any more"),
        (later(kinds=(dict[Literal["a", "b"], Literal["x"]], {})), "kinds.*: 'y' is no valid value any more"),
        (create_model("Later", number=(int, ...)), "name: it vanished"),
    ],
)
def test_every_other_change_breaks_it(changed: type[BaseModel], breach: str) -> None:
    assert any(f"body.{breach}" in found for found in breaches(promised(Published), promised(changed)))
