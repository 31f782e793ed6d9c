"""`docs/vectors.json` matches the code that the workers run, and what it says of each vector is so."""

import hmac
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import decode
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Message
from shared.domain.errors import ContractBroken
from shared.messaging.command_contents import open_field
from shared.security.keys import BadKeys, KeyRing
from shared.security.sealing import CannotOpen, NoSuchKey, Sealer
from tools.documents import vectors

WRITTEN = Path(__file__).parents[2] / "docs" / "vectors.json"
VECTORS: dict[str, Any] = json.loads(WRITTEN.read_text())
RING = KeyRing.parse(VECTORS["key_ring"]["text"])
SEALER = Sealer(RING)
CONTRACTS = {f"{contract.TYPE}/{field}": (contract, field) for contract, field in SEALED_FIELDS}


def test_the_document_is_not_stale() -> None:
    assert WRITTEN.read_text() == vectors.as_json(), "python -m tools.documents.vectors > docs/vectors.json"


def test_the_ring_is_read_as_the_vectors_say() -> None:
    ring = VECTORS["key_ring"]
    assert RING.current == ring["current"]
    assert {id: key.hex() for id, key in RING.keys.items()} == {id: one["key"] for id, one in ring["keys"].items()}
    derived = {id: one["sealing_key"] for id, one in ring["keys"].items()}
    assert {id: key.hex() for id, key in RING.for_sealing.items()} == derived


@pytest.mark.parametrize("refused", VECTORS["key_ring"]["refused"], ids=lambda refused: refused["why"])
def test_any_other_ring_is_refused(refused: dict[str, str]) -> None:
    with pytest.raises(BadKeys):
        KeyRing.parse(refused["text"])


def test_ids_follow_from_what_was_entered() -> None:
    ids = VECTORS["ids"]
    digest = hmac.digest(ids["gateways_own_key"].encode(), ids["entered"].encode(), "sha256").hex()
    assert digest == ids["hmac_sha256"]
    assert str(uuid5(UUID(ids["page_id"]), digest)) == ids["command_id"]
    assert str(uuid5(UUID(ids["command_id"]), "application")) == ids["application_id"]
    assert re.fullmatch(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}", ids["reference"])


@pytest.mark.parametrize("token", VECTORS["tokens"], ids=lambda token: f"{token['context'][:-37]}-{token['key_id']}")
def test_a_token_opens_in_its_context(token: dict[str, str]) -> None:
    assert SEALER.open_bytes(token["token"], token["context"]).decode() == token["content"]
    contract, field = CONTRACTS[token["context"].rpartition("/")[0]]
    SEALED_FIELDS[contract, field].content.model_validate_json(token["content"])


def test_there_is_a_token_for_every_field_that_a_gateway_seals_or_opens() -> None:
    for_gateways = {name for name, key in CONTRACTS.items() if SEALED_FIELDS[key].ring == "commands"}
    assert {token["context"].rpartition("/")[0] for token in VECTORS["tokens"]} == for_gateways
    assert {token["key_id"] for token in VECTORS["tokens"]} == set(RING.keys)


@pytest.mark.parametrize("refused", VECTORS["refused_tokens"], ids=lambda refused: refused["why"])
def test_any_other_token_opens_nowhere(refused: dict[str, str]) -> None:
    with pytest.raises(NoSuchKey if refused["rule"] == "no-such-key" else CannotOpen):
        SEALER.open_bytes(refused["token"], refused["context"])


@pytest.mark.parametrize("refused", VECTORS["refused_tokens"], ids=lambda refused: refused["why"])
def test_a_worker_names_the_rule_that_a_token_breaks(refused: dict[str, str]) -> None:
    """In the vectors' own application. What is only wrong elsewhere opens here."""
    contract, field = CONTRACTS["start-application.v1/request"]
    body = {"application_id": VECTORS["ids"]["application_id"], "taken_at": "2026-11-02T15:04:05Z"}
    is_wrong_elsewhere_only = refused["context"] != VECTORS["tokens"][0]["context"]
    assert is_wrong_elsewhere_only or refuse(contract, field, {**body, field: refused["token"]}) == refused["rule"]


def refuse(contract: type[Message], field: str, body: dict[str, str]) -> str:
    try:
        open_field(decode(contract.TYPE, json.dumps(body)), field, SEALED_FIELDS[contract, field].content, SEALER)
    except (BreaksContract, ContractBroken) as refusal:
        return str(refusal.breaches[field])
    return ""


@pytest.mark.parametrize("one", VECTORS["networks"]["addresses"], ids=lambda one: one["address"])
def test_a_networks_tag_is_an_hmac(one: dict[str, Any]) -> None:
    key = bytes.fromhex(VECTORS["networks"]["hmac_sha256_key"])
    extracted = hmac.digest(bytes(32), RING.keys[RING.current], "sha256")
    assert key == hmac.digest(extracted, b"ace/fingerprint\x01", "sha256")  # HKDF, as docs/contracts.md says
    for network, tag in zip(one["networks"], one["tags"], strict=True):
        parts = b"".join(len(part).to_bytes(4, "big") + part for part in (b"network", network.encode()))
        assert hmac.digest(key, parts, "sha256").hex()[:32] == tag
