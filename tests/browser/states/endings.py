"""Waiting, confirmation, and what is not a page of the form."""

from shared.contracts.commands import StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State as Standing
from shared.web.form_body import LARGEST
from tests.browser.stage.visitor import Visitor
from tests.browser.states.registry import state, submit_details
from tests.support.scripted_form import COMPANY, REQUEST, Form


@state("waiting")
async def _waiting(visitor: Visitor, form: Form) -> None:
    form.workers.outcome(state=Standing.REQUESTED)
    await visitor.open("/request?new")
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")


@state("waiting-longer", variant=True)
async def _waiting_longer(visitor: Visitor, form: Form) -> None:
    await _waiting(visitor, form)
    form.clock.passes(seconds=11)
    await visitor.open("/waiting")


@state("waiting-long")
async def _waiting_long(visitor: Visitor, form: Form) -> None:
    await visitor.open("/request?new")
    form.workers.away = True
    await visitor.send(REQUEST)
    await visitor.arrives("/waiting")
    form.clock.passes(minutes=2)
    await visitor.open("/waiting")


@state("waiting-for-the-account", variant=True)
async def _creating(visitor: Visitor, form: Form) -> None:
    await submit_details(visitor, form, state=Standing.SUBMITTED)
    await visitor.arrives("/waiting")


@state("confirmation")
async def _confirmation(visitor: Visitor, form: Form) -> None:
    await submit_details(visitor, form, state=Standing.COMPLETED, account="A-1111-2222-3333")
    await visitor.arrives("/confirmation")


@state("confirmation-email-refused")
async def _email_refused_later(visitor: Visitor, form: Form) -> None:
    emails = {EmailKind.ACCOUNT_READY: EmailStatus.REFUSED, EmailKind.IMPORTER_VIEW_CONFIRMED: EmailStatus.SENT}
    await submit_details(visitor, form, state=Standing.PROVISIONED, account="A-1111-2222-3333", emails=emails)
    await visitor.arrives("/confirmation")


@state("session-ended")
async def _ended(visitor: Visitor, form: Form) -> None:
    await _confirmation(visitor, form)
    await visitor.press("End the session")
    await visitor.arrives("/ended")


@state("not-from-here", variant=True)
async def _forbidden(visitor: Visitor, _form: Form) -> None:
    elsewhere = f'<form method="post" action="{visitor.address}/request"><button>Send</button></form>'
    await visitor.page.set_content(elsewhere)
    await visitor.press("Send")
    await visitor.arrives("/request")


@state("not-found", variant=True)
async def _not_found(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/nowhere")


@state("too-large", variant=True)
async def _too_large(visitor: Visitor, _form: Form) -> None:
    await visitor.open("/request?new")
    field = visitor.field(COMPANY)
    await field.evaluate("(field, length) => { field.value = 'x'.repeat(length) }", LARGEST)
    await visitor.press("Next >")


@state("server-error")
async def _server_error(visitor: Visitor, form: Form) -> None:
    def fails(_command: StartApplication) -> None:
        raise RuntimeError("a bug, for its page")

    form.workers.answers[StartApplication] = fails
    await visitor.open("/request?new")
    await visitor.send(REQUEST)
