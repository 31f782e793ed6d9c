"""`acectl contracts`: what is wrong with a message that somebody's gateway sends."""

import re
from dataclasses import dataclass, field
from typing import Annotated

import typer

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from shared import clock
from shared.contracts.breach import Breach
from shared.contracts.catalogue import COMMANDS, QUERIES
from shared.contracts.commands import StartApplication
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.ids import derive_application_id
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest, SealedContent, TypedDetails
from shared.contracts.versions import VERSIONS, Versions
from shared.domain.errors import ContractBroken, InvalidFields, VersionGone
from shared.messaging import delivery
from shared.messaging.command_contents import open_field
from shared.messaging.delivery import Caller, Delivery
from shared.messaging.permissions import match_replies
from shared.messaging.written_message import NotReadable, WrittenMessage
from shared.security.sealing import Sealer
from shared.settings.groups import CommandKeys
from shared.settings.loading import load_key_ring

app = make_group()

CONTRACTS = {contract.name(): contract for contract in (*COMMANDS, *QUERIES)}

NOBODY = ""
"""The user of a worker that nobody else is: so no header is taken for a worker's own."""


@dataclass
class Findings:
    """What a message would meet."""

    problem: Problem | None = None
    """What its refusal would say."""
    reason: dict[str, str] = field(default_factory=dict)
    """The rule that each part breaks; with field-invalid, each field."""
    notes: list[str] = field(default_factory=list)
    """What no refusal tells, because none would come."""
    deprecated: str | None = None
    """That it is of an older version, and for how long that is taken."""


@app.command()
def check(
    file: Annotated[
        typer.FileBinaryRead,
        typer.Argument(metavar="FILE", help="JSON: routing_key, properties, headers, body; - is standard input."),
    ],
    *,
    keys: Annotated[
        bool, typer.Option("--keys", help="Open the sealed fields with ACE_KEYS_COMMANDS, and check them too.")
    ] = False,
    json: options.JSON = False,
) -> None:
    """Say what is wrong with a command or question of a gateway, as workers would. Needs no server."""
    try:
        written = WrittenMessage.parse(file.read())
    except NotReadable as error:
        complain(f"no message in this form: {error}")
        raise typer.Exit(ExitCode.INCOMPLETE) from None

    if not keys:
        raise typer.Exit(_report(examine(written, None), json=json, has_keys=False))

    async def work(settings: CommandKeys) -> ExitCode:
        sealer = Sealer(load_key_ring(settings, "commands"))
        return _report(examine(written, sealer), json=json, has_keys=True)

    run(CommandKeys, work)


def examine(written: WrittenMessage, sealer: Sealer | None, versions: Versions = VERSIONS) -> Findings:
    """What a message would meet. Without a sealer, its sealed fields stay closed."""
    raw = written.deliver()
    found = Findings(notes=_note_silence(delivery.find_caller(raw, NOBODY)))
    contract = CONTRACTS.get(written.routing_key)
    if contract is None:
        found.notes.insert(0, "the broker returns it (312): no queue takes its routing key")
        return found
    if old := versions.find_old(raw.type or "", contract):
        until = old.taken_until.isoformat()
        found.deprecated = f"deprecated: {raw.type} is taken until {until} at least; {contract.TYPE} takes its place"
    try:
        _read_contents(delivery.read(raw, contract, NOBODY, clock.now(), versions), sealer)
    except VersionGone as error:
        found.problem, found.reason = Problem.VERSION_GONE, error.rules
    except ContractBroken as error:
        found.problem, found.reason = Problem.CONTRACT_BROKEN, error.rules
    except InvalidFields as error:
        found.problem, found.reason = Problem.FIELD_INVALID, dict(sorted(error.rules.items()))
    return found


def _read_contents(read: Delivery, sealer: Sealer | None) -> None:
    """Raises `ContractBroken` or `InvalidFields`."""
    message = read.message
    opened = _open_fields(message, sealer) if sealer else []
    if isinstance(message, StartApplication) and message.application_id != derive_application_id(read.id):
        raise ContractBroken({"application_id": Breach.NOT_DERIVED})
    for content in opened:
        _check_form(content)


def _open_fields(message: Message, sealer: Sealer) -> list[SealedContent]:
    kinds = {name: sealed.content for (owner, name), sealed in SEALED_FIELDS.items() if owner is type(message)}
    return [open_field(message, name, kinds[name], sealer) for name in sorted(kinds)]


def _check_form(content: SealedContent) -> None:
    """Checks what a person typed. Raises `InvalidFields`."""
    from shared.domain.form.account_request import CheckedRequest  # noqa: PLC0415  # slow, and only with keys
    from shared.domain.form.submission import read_submission  # noqa: PLC0415

    if isinstance(content, AccountRequest):
        CheckedRequest.parse(content.model_dump())
    elif isinstance(content, TypedDetails):
        read_submission(content)


def _note_silence(caller: Caller) -> list[str]:
    """Why no reply would come."""
    if not caller.user:
        return ["nobody is told: it has no user_id"]
    if not caller.reply_to or not re.search(match_replies(caller.user), caller.reply_to):
        return [f"nobody is told: reply_to is not gateway.replies.{caller.user}. and four hexadecimal digits"]
    return []


def _report(found: Findings, *, json: bool, has_keys: bool) -> ExitCode:
    if json:
        printing.print_json({**vars(found), "sealed": "checked" if has_keys else "not opened"})
    else:
        if found.problem:
            printing.print_paragraph(f"{found.problem}:")
        for part, rule in found.reason.items():
            printing.print_paragraph(f"{part}: {rule}", indent=2)
        for note in (*found.notes, *([found.deprecated] if found.deprecated else [])):
            printing.print_paragraph(note)
    if found.problem or found.notes:
        complain("docs/contracts.md explains each rule")
        return ExitCode.INCOMPLETE
    if not json:
        printing.print_paragraph("nothing is wrong with it" + ("" if has_keys else "; sealed fields were not opened"))
    return ExitCode.DONE
