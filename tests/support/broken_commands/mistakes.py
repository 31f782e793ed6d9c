"""What authors do to a command."""

import base64
import json
import os
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.support.broken_commands.command import CONTENTS, DETAILS, ELSEWHERE, REQUEST, Command

Mistake = Callable[[Command], None]


def set_property(name: str, value: object) -> Mistake:
    return lambda command: command.properties.update({name: value})


def set_header(name: str, value: object) -> Mistake:
    return lambda command: command.headers.update({name: value})


def replace_body(raw: bytes) -> Mistake:
    def change(command: Command) -> None:
        command.raw = raw

    return change


def set_field(name: str, value: object) -> Mistake:
    return lambda command: command.body.update({name: value})


def drop_field(name: str) -> Mistake:
    def change(command: Command) -> None:
        del command.body[name]

    return change


def seal_content(name: str, content: object) -> Mistake:
    """Seals other content rightly."""
    return lambda command: command.body.update({name: command.seal(content, name)})


def seal_request(name: str, value: object) -> Mistake:
    """Seals a request with another value."""
    return seal_content("request", {**REQUEST, name: value})


def seal_details(name: str, value: object) -> Mistake:
    """Seals details with another value."""
    return seal_content("details", {**DETAILS, name: value})


def seal_in_context(name: str, context: str) -> Mistake:
    """Seals the right content in another context."""

    def change(command: Command) -> None:
        where = context.format(command.application)
        command.body[name] = command.seal(CONTENTS[command.key][name], name, where)

    return change


def seal_under_ring_entry(command: Command) -> None:
    """Seals under the ring's entry itself, not the key that is derived from it."""
    [(id, key), *_] = command.ring.keys.items()
    nonce, context = os.urandom(12), f"start-application.v1/request/{command.application}"
    sealed = nonce + AESGCM(key).encrypt(nonce, json.dumps(REQUEST).encode(), context.encode())
    command.body["request"] = f"{id}.{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"


def truncate_request(command: Command) -> None:
    command.body["request"] = command.body["request"][:-4]


def rename_key(command: Command) -> None:
    command.body["code"] = f"nokey.{command.body['code'].partition('.')[2]}"


def pad_code(command: Command) -> None:
    command.body["code"] += "=="


def cut_body(command: Command) -> None:
    command.raw = command.bytes[:-1]


def derive_otherwise(command: Command) -> None:
    command.application = ELSEWHERE
    command.headers["ace-application"] = str(ELSEWHERE)
    command.body.update(application_id=str(ELSEWHERE), request=command.seal(REQUEST, "request"))


def make_both(*mistakes: Mistake) -> Mistake:
    def change(command: Command) -> None:
        for mistake in mistakes:
            mistake(command)

    return change
