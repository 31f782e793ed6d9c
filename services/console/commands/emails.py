"""`acectl emails`: which emails are not out, and sending one again."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer

from services.console.applications.lookup import find_application, find_id
from services.console.command_line import options, spans
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.emails import listing
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_age, format_value
from services.console.servers.database import open_database
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.settings.console import ConsoleSettings, RecordSettings

app = make_group()


@app.command("list")
def list_emails(
    status: Annotated[EmailStatus | None, typer.Option(help="Only those with this status; else all not out.")] = None,
    kind: Annotated[EmailKind | None, typer.Option("--email", help="Only these.", metavar="EMAIL")] = None,
    about: options.About = None,
    since: Annotated[str, typer.Option(help="Only those that changed since then.", metavar="30m|12h|7d")] = "7d",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    *,
    json: options.JSON = False,
) -> None:
    """List the emails that are not out: of which application, since when, how often tried, and why."""
    lately = spans.parse(since)

    async def work(settings: RecordSettings) -> ExitCode:
        now = clock.now()
        async with open_database(settings) as database:
            application = await find_id(database, about) if about else None
            wanted = listing.EmailFilter(now - lately, status, kind, application)
            found = await listing.list_emails(database.collections, wanted, limit, now)
        if not found:
            complain("no such email" if status else "every email is out")
        if json:
            printing.print_json(found)
        elif found and printing.is_screen():
            _show(found, now)
        elif found:
            rows = [[format_value(value) or "-" for value in line.values()] for line in found]
            printing.print_table([*found[0]], rows)
        return ExitCode.DONE

    run(RecordSettings, work)


def _show(found: list[dict[str, Any]], now: datetime) -> None:
    for line in found:
        head = f"{line['reference']}  {line['email']}  {line['status']}  {format_age(line['since'], now)}"
        printing.print_paragraph(head, "bold")
        tried = f"attempts: {line['attempts']}, resends: {line['resends']}"
        printing.print_paragraph(f"{tried}{f', dead letter {parked}' if (parked := line['parked']) else ''}", indent=4)
        if line["reason"]:
            printing.print_paragraph(line["reason"], "yellow", indent=4)


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
    from services.console.emails.resend import find_hindrance, make_resend_request, request_resend  # noqa: PLC0415  # a listing needs no broker
    from services.console.servers.broker import publish_event  # noqa: PLC0415

    async def work(settings: ConsoleSettings) -> ExitCode:
        async with open_database(settings) as database:
            application = await find_application(database, name)
            emails = await database.collections.email_status.find(application.id)
            request = make_resend_request(application, kind, emails)
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
