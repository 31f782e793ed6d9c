"""What an operator learns of a reference that is a daily digest's."""

from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from services.console.applications.lookup import find_applications, find_id
from services.console.output.exit_codes import NotFound
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain import reference
from shared.domain.email import Email
from tests.support.applications import NOW

DIGEST = UUID("0f4c6d2e-6f0b-5b7a-9c3e-2d1a4b5c6d7e")


async def load(_: UUID) -> None:
    """No application."""


async def find_by_reference(_: str) -> list[Any]:
    return []


async def list_latest(*_: Any, kind: EmailKind) -> list[tuple[UUID, EmailKind, Email]]:
    return [(id, kind, Email(EmailStatus.SENT, NOW)) for id in (uuid4(), DIGEST)]


DATABASE = cast(
    "Any",
    SimpleNamespace(
        collections=SimpleNamespace(
            applications=SimpleNamespace(load=load, find_by_reference=find_by_reference),
            email_status=SimpleNamespace(list_latest=list_latest),
        )
    ),
)


@pytest.mark.parametrize("name", [str(DIGEST), reference.derive(DIGEST)])
async def test_a_digests_name_is_said_to_be_one(name: str) -> None:
    with pytest.raises(NotFound, match="a daily digest"):
        await find_applications(DATABASE, name)
    assert await find_id(DATABASE, name) == DIGEST


async def test_what_nothing_has_is_said_to_be_no_application() -> None:
    with pytest.raises(NotFound, match="no such application"):
        await find_applications(DATABASE, reference.derive(uuid4()))
    with pytest.raises(NotFound, match="no such application"):
        await find_id(DATABASE, reference.derive(uuid4()))
