"""Versions that only tests know: an older start-application, and types that are gone."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from shared.contracts.commands import NetworkTag, StartApplication
from shared.contracts.message import Command, Sealed
from shared.contracts.versions import OldVersion, Versions


class StartApplicationV0(Command):
    """Page 1 was submitted, from one network."""

    TYPE: ClassVar[str] = "start-application.v0"
    request: Sealed = Field(description="Sealed AccountRequest.")
    network: NetworkTag


def upcast_start(old: StartApplicationV0) -> StartApplication:
    return StartApplication(
        application_id=old.application_id, taken_at=old.taken_at, request=old.request, networks=(old.network,)
    )


OLD_START = OldVersion(StartApplicationV0, StartApplication, upcast_start, date(2026, 11, 29), date(2027, 11, 29))

VERSIONS = Versions((OLD_START,), frozenset({"start-application.draft", "check-code.v0", "ask-outcome.v0"}))
