"""The contracts and the topology as an AsyncAPI 3.0 document: ``.venv/bin/python -m tools.documents.asyncapi``.

It prints `docs/asyncapi.yaml`. A test in `tests/contract` fails when that file is stale.
"""

import sys
from collections.abc import Iterable
from typing import Any

import yaml

from shared.contracts import catalogue
from shared.contracts.conversations import POSSIBLE_REPLIES, SENDERS, PossibleReplies
from shared.contracts.message import MOST_BYTES, Command, Query
from shared.contracts.versions import VERSIONS, Versions
from shared.messaging import topology
from shared.messaging.amqp import JSON
from shared.messaging.topology import WorkQueue, find_queue
from tools.documents import asyncapi_messages as messages
from tools.documents.asyncapi_messages import AMQP

VERSION = "1.1.0"
"""Version of all contracts: a new optional field raises the minor number, a new type version the major."""

REPLIES = "replies"

INTRODUCTION = f"""\
Messages in the queues of the ACE Portal account application: commands and questions from a web gateway, events between
the workers, and replies. `docs/contracts.md` says how to use them: ids, sealing, the meaning of each problem code.

Every channel is a routing key on a topic exchange and feeds exactly one queue (`x-queue`), which one service consumes.
A body has at most {MOST_BYTES:,} bytes. Personal data is in fields of the type `Sealed`; `x-sealed` names the content
and the key ring.
"""


def make_document(versions: Versions = VERSIONS) -> dict[str, Any]:
    """The whole document, in a fixed order."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ACE Portal account application",
            "version": VERSION,
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": JSON,
        "servers": {"broker": _describe_server()},
        "channels": {queue.name: _describe_channel(queue, versions) for queue in topology.WORK_QUEUES}
        | {REPLIES: _describe_reply_channel()},
        "operations": {
            name: operation
            for queue in topology.WORK_QUEUES
            for name, operation in _describe_operations(queue, versions).items()
        },
        "components": {
            "messages": messages.describe_messages(versions),
            "messageTraits": {"amqp": messages.describe_trait()},
            "schemas": messages.describe_schemas(versions),
            "securitySchemes": {
                "user": {
                    "type": "userPassword",
                    "description": "A broker user for each service; the broker checks each message's `user_id` "
                    "against it.",
                }
            },
        },
    }


def as_yaml() -> str:
    """The text of `docs/asyncapi.yaml`."""
    heading = "# Generated from shared/contracts and shared/messaging/topology.py by `make documents`\n"
    body = yaml.dump(make_document(), Dumper=_Plain, sort_keys=False, width=120, allow_unicode=True)
    return heading + body


class _Plain(yaml.SafeDumper):
    """YAML without anchors, and with longer texts as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _represent_text)


def _describe_server() -> dict[str, Any]:
    return {
        "host": "{host}:{port}",
        "pathname": "/{vhost}",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "description": "RabbitMQ 4, or 3.13.",
        "variables": {
            "host": {"default": "localhost", "description": "The broker."},
            "port": {"default": "5672", "description": "5671 if it only speaks TLS."},
            "vhost": {"default": "%2F", "description": "The virtual host, percent-encoded."},
        },
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def _describe_channel(queue: WorkQueue, versions: Versions) -> dict[str, Any]:
    contract = queue.message
    described: dict[str, Any] = {
        "name": queue.name,
        "type": queue.arguments["x-queue-type"],
        "durable": True,
        "consumer": queue.program,
        "arguments": queue.arguments,
    }
    if queue.has_dead_letters:
        described["dead-letters"] = queue.dead
    return {
        "address": contract.name(),
        "description": f"Feeds the queue `{queue.name}`.",
        "messages": _list_messages(versions.list_taken(contract)),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": queue.exchange, "type": "topic", "durable": True, "autoDelete": False},
                **AMQP,
            }
        },
        "x-queue": described,
    }


def _describe_reply_channel() -> dict[str, Any]:
    return {
        "address": None,
        "title": "Replies",
        "description": "The calling process's own queue, named in `reply_to`: exclusive, deleted with its connection, "
        "named `gateway.replies.`, the broker user, a dot and four random hexadecimal digits. Replies reach it through "
        "the default exchange.",
        "messages": _list_messages(reply.TYPE for reply in catalogue.REPLIES),
        "bindings": {
            "amqp": {"is": "queue", "queue": {"durable": False, "exclusive": True, "autoDelete": True}, **AMQP}
        },
    }


def _list_messages(types: Iterable[str]) -> dict[str, Any]:
    return {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in types}


def _describe_operations(queue: WorkQueue, versions: Versions) -> dict[str, Any]:
    """The publishers' send operations and the consumer's receive operation, with replies if there are any."""
    contract = queue.message
    common: dict[str, Any] = {"channel": {"$ref": f"#/channels/{queue.name}"}}
    taken = [{"$ref": f"#/channels/{queue.name}/messages/{type_}"} for type_ in versions.list_taken(contract)]
    expires = {} if queue.has_dead_letters else {"expiration": topology.QUESTION_LIFETIME // topology.MILLISECOND}
    answered: dict[str, Any] = {}
    if issubclass(contract, Command | Query):
        answered = _describe_replies(POSSIBLE_REPLIES[contract])
    sends = {
        f"{sender}.sends.{contract.name()}": {
            "action": "send",
            **common,
            "summary": f"{_name(sender)} publishes {contract.name()} and waits for the broker's confirm.",
            "bindings": {
                "amqp": {"userId": sender, "deliveryMode": 2, "mandatory": True, "timestamp": True, **AMQP, **expires}
            },
            "messages": taken,
            **answered,
        }
        for sender in SENDERS[contract]
        if queue is find_queue(contract)  # once, however many queues it reaches
    }
    return {
        **sends,
        f"{queue.program}.takes.{contract.name()}": {
            "action": "receive",
            **common,
            "summary": f"{_name(queue.program)} consumes `{queue.name}`.",
            "bindings": {"amqp": {"ack": True, **AMQP}},
            "messages": taken,
            **answered,
        },
    }


def _name(program: str) -> str:
    return program.replace("-", " ").capitalize()


def _describe_replies(answers: PossibleReplies) -> dict[str, Any]:
    return {
        "reply": {
            "address": {"location": "$message.header#/reply_to", "description": "The AMQP property `reply_to`."},
            "channel": {"$ref": f"#/channels/{REPLIES}"},
            "messages": [{"$ref": f"#/channels/{REPLIES}/messages/{reply.TYPE}"} for reply in answers.replies],
        },
        "x-problems": [problem.value for problem in sorted(answers.problems)],
    }


if __name__ == "__main__":
    sys.stdout.write(as_yaml())
