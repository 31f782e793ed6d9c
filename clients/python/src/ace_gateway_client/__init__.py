"""All that a web gateway of the ACE Portal account application needs: messages, sealing, ids and a client.

docs/contracts.md of the project says what a gateway has to do.
"""

from ace_gateway_client.client import GatewayClient, NotSent
from ace_gateway_client.commands import CommandBuilder, derive_command_id
from ace_gateway_client.replies import UnreadableReply, read_reply
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication, SubmitDetails
from shared.contracts.ids import derive_application_id
from shared.contracts.message import Command, Query, Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import (
    ApplicationAbandoned,
    ApplicationStatus,
    CodeAccepted,
    DetailsTaken,
    NotYet,
    Refused,
    StartAccepted,
)
from shared.contracts.sealed import AccountRequest, Grant, TypedDetails
from shared.contracts.state import State
from shared.security.fingerprints import BlindIndex
from shared.security.keys import BadKeys, KeyRing
from shared.security.networks import tag_networks
from shared.security.sealing import CannotOpen

__all__ = [
    "AbandonApplication",
    "AccountRequest",
    "ApplicationAbandoned",
    "ApplicationStatus",
    "AskOutcome",
    "BadKeys",
    "BlindIndex",
    "CannotOpen",
    "CheckCode",
    "CodeAccepted",
    "Command",
    "CommandBuilder",
    "DetailsTaken",
    "GatewayClient",
    "Grant",
    "KeyRing",
    "NotSent",
    "NotYet",
    "Problem",
    "Query",
    "Refused",
    "Reply",
    "StartAccepted",
    "StartApplication",
    "State",
    "SubmitDetails",
    "TypedDetails",
    "UnreadableReply",
    "derive_application_id",
    "derive_command_id",
    "read_reply",
    "tag_networks",
]
