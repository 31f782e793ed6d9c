"""The Python client seals and derives as docs/vectors.json says, and reads replies that it does not wholly know."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from ace_gateway_client import (
    ApplicationStatus,
    BlindIndex,
    CannotOpen,
    CodeAccepted,
    CommandBuilder,
    Grant,
    KeyRing,
    Problem,
    Refused,
    StartAccepted,
    TypedDetails,
    UnreadableReply,
    derive_application_id,
    derive_command_id,
    read_reply,
    tag_networks,
)
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.sealed import AccountRequest
from shared.security.sealing import Sealer
from tests.support.broken_commands.command import DETAILS, REQUEST

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs/vectors.json").read_text())
RING = KeyRing.parse(VECTORS["key_ring"]["text"])
ID = UUID(VECTORS["ids"]["application_id"])
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
BUILDER = CommandBuilder(RING)
OPENERS: dict[str, Callable[[str], object]] = {
    "start-accepted.v1/sent_to": lambda token: BUILDER.open_hint(
        StartAccepted(application_id=ID, reference="ACE-0000-0000", sent_to=token)
    ),
    "code-accepted.v1/grant": lambda token: (
        BUILDER.open_grant(CodeAccepted(application_id=ID, grant=token, details_until=NOW)).token
    ),
    "application-status.v1/account_name": lambda token: BUILDER.open_account_name(
        ApplicationStatus(application_id=ID, status="known", account_name=token)
    ),
}
REPLIED = [token for token in VECTORS["tokens"] if token["context"].rpartition("/")[0] in OPENERS]


def test_ids_follow_as_the_vectors_say() -> None:
    ids = VECTORS["ids"]
    entered = json.loads(ids["entered"])
    command = derive_command_id(UUID(ids["page_id"]), ids["gateways_own_key"].encode(), entered)
    assert (str(command), str(derive_application_id(command))) == (ids["command_id"], ids["application_id"])


@pytest.mark.parametrize("token", REPLIED, ids=lambda token: f"{token['context'][:-37]}-{token['key_id']}")
def test_what_workers_seal_is_opened(token: dict[str, str]) -> None:
    [content] = json.loads(token["content"]).values()
    assert OPENERS[token["context"].rpartition("/")[0]](token["token"]) == content


@pytest.mark.parametrize("opens", OPENERS.values(), ids=OPENERS)
def test_what_is_sealed_for_something_else_is_not(opens: Callable[[str], object]) -> None:
    with pytest.raises(CannotOpen):
        opens(VECTORS["tokens"][0]["token"])


def test_commands_are_sealed_as_the_workers_open_them() -> None:
    start_id = uuid4()
    start = BUILDER.start_application(start_id, AccountRequest(**REQUEST), NOW)
    code = BUILDER.check_code(ID, "5EHX-MVTS", NOW)
    submitted = BUILDER.submit_details(ID, Grant(token="t"), TypedDetails(**DETAILS), NOW)
    opened = [
        (start.request, f"start-application.v1/request/{derive_application_id(start_id)}", REQUEST),
        (code.code, f"check-code.v1/code/{ID}", {"code": "5EHX-MVTS"}),
        (submitted.grant, f"submit-details.v1/grant/{ID}", {"token": "t"}),
        (submitted.details, f"submit-details.v1/details/{ID}", DETAILS),
    ]
    for token, context, content in opened:
        assert json.loads(Sealer(RING).open_bytes(token, context)) == content


@pytest.mark.parametrize("one", VECTORS["networks"]["addresses"], ids=lambda one: one["address"])
def test_networks_are_tagged_as_the_vectors_say(one: dict[str, Any]) -> None:
    assert list(tag_networks(BlindIndex(RING), one["address"])) == one["tags"]


def test_a_problem_that_is_not_known_counts_as_unavailable() -> None:
    body = {"application_id": str(ID), "problem": "moon-in-the-way", "fields": {"city": "too-blue"}}
    said = read_reply("refused.v1", json.dumps(body))
    assert said == Refused(application_id=ID, problem=Problem.UNAVAILABLE, fields={"city": "too-blue"})


def test_states_and_emails_that_are_not_known_are_left_out() -> None:
    emails = {"verification-code": "sent", "account-ready": "pigeon", "postcard": "sent", "telegram": "sung"}
    body = {"application_id": str(ID), "status": "pending", "state": "pondering", "emails": emails, "mood": "good"}
    said = read_reply("application-status.v1", json.dumps(body))
    known = {EmailKind.VERIFICATION_CODE: EmailStatus.SENT}
    assert said == ApplicationStatus(application_id=ID, status="pending", emails=known)


@pytest.mark.parametrize(
    ("type_", "body", "wrong"),
    [
        ("refused.v9", {}, "type: unknown"),
        ("code-issued.v1", {}, "type: unknown"),
        ("refused.v1", {"application_id": str(ID)}, "problem: missing"),
        ("refused.v1", {"application_id": "7", "problem": "moon-in-the-way"}, "application_id: not-a-uuid"),
    ],
)
def test_what_is_no_reply_is_named_for_that(type_: str, body: dict[str, str], wrong: str) -> None:
    with pytest.raises(UnreadableReply, match=f"^{wrong}$"):
        read_reply(type_, json.dumps(body))
