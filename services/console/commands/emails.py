"""`acectl emails`: which emails are not out, and sending one again."""

from functools import partial
from typing import Annotated

import typer

from services.console.applications.lookup import find_application
from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.servers.database import open_database
from shared import clock
from shared.contracts.email_kind import EmailKind
from shared.settings.console import ConsoleSettings

app = make_group()


@app.command()
def resend(
    name: options.ApplicationName,
    kind: Annotated[EmailKind, typer.Argument(metavar="EMAIL", help="Which email, as applications show names it.")],
    *,
    reason: options.Reason = None,
    dry_run: options.DryRun = False,
    operator: options.As = None,
    json: options.JSON = False,
) -> None:
    """Send an email about a decided application once more, to the same address. Needs --reason."""
    why = "" if dry_run else options.need_reason(reason)
    from services.console.emails.resend import find_hindrance, make_request, request_resend  # noqa: PLC0415  # a listing needs no broker
    from services.console.servers.broker import publish_event  # noqa: PLC0415

    async def work(settings: ConsoleSettings) -> ExitCode:
        async with open_database(settings) as database:
            application = await find_application(database, name)
            emails = await database.collections.email_status.find(application.id)
            request = make_request(application, kind, emails)
            refusal = find_hindrance(application, kind, emails, clock.now())
            if not refusal and not dry_run:
                publish, audit = partial(publish_event, settings), database.collections.audit
                await request_resend(publish, audit, request, operator=options.name_operator(operator), why=why)
        if json:
            named = {"reference": application.reference, "email": kind, "resend": request.resend}
            told = {"message_id": request.own_id, "dry_run": dry_run, "refused": refusal}
            printing.print_json({**named, **told})
        elif not refusal:
            will = "would be sent again" if dry_run else "will be sent again"
            printing.print_paragraph(f"{kind} of {application.reference} {will} (resend {request.resend})")
        if refusal:
            complain(f"{kind} of {application.reference} is not sent again: {refusal}")
        return ExitCode.INCOMPLETE if refusal else ExitCode.DONE

    run(ConsoleSettings, work)
