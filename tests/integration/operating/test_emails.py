"""Operators find the emails that are not out, and have one sent again."""

from uuid import UUID

import pytest

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain import reference
from shared.settings.processes import Settings
from tests.integration.operating.test_operating import acectl
from tests.support.applicant import ACME, emailed, reaches, start, submit, verify
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import opened, store_importer
from tests.support.services import working
from tests.support.waiting import until

READY = EmailKind.ACCOUNT_READY
RESEND = ("emails", "resend")
WHY = ("--reason", "it never came")


@pytest.fixture
async def mailed(settings: Settings, box: MailSink) -> Settings:
    """Settings with a mail server, and one importer record. Each test starts workers when nobody else may print."""
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    return settings.model_copy(update={"smtp_url": box.url})


async def was_asked_for_again(settings: Settings, id: UUID) -> bool:
    async with opened(settings) as database:
        application = await database.applications.load(id)
    return application is not None and application.history[-1].cause.startswith("resend-requested")


async def test_an_email_goes_out_once_more_under_a_new_message_id(mailed: Settings, box: MailSink) -> None:
    async with working(mailed), connected_gateway(mailed) as gateway:
        started = await start(gateway)
        await submit(started, gateway, await verify(started, gateway, box))
        await reaches(started, gateway, State.COMPLETED)
        await emailed(started, gateway, EmailKind.ACCOUNT_CREATED_NOTICE, EmailStatus.SENT)
    before = {email.message_id: email for email in box.accepted}
    assert len(before) == 4

    ending, told, _ = await acectl(mailed, *RESEND, str(started.application), READY, "--dry-run")
    assert (ending, told["refused"], told["dry_run"]) == (0, None, True)
    assert (await acectl(mailed, "audit", "list"))[1] == []
    for _ in range(2):  # the second is the same message
        ending, told, complaints = await acectl(mailed, *RESEND, str(started.application), READY, *WHY)
        assert (ending, told["resend"], "acme.example" in complaints) == (0, 1, False)

    async with working(mailed, ["provisioner"]):
        await until(lambda: was_asked_for_again(mailed, started.application))
    _, lines, _ = await acectl(mailed, "emails", "list")
    assert [(line["email"], line["status"], line["resends"]) for line in lines] == [(READY, "due", 0)]

    async with working(mailed), connected_gateway(mailed) as gateway:
        resent = (await box.emails(5))[-1]
        await emailed(started, gateway, READY, EmailStatus.SENT)
    assert resent.message_id not in before
    [first] = [email for email in before.values() if email.message["Subject"] == resent.message["Subject"]]
    assert (resent.to, resent.text) == (first.to, first.text)
    assert len(box.accepted) == 5

    _, audit, _ = await acectl(mailed, "audit", "list", "--application", str(started.application))
    assert [(entry["action"], entry["why"], entry["message_id"]) for entry in audit] == [
        ("resend", "it never came", told["message_id"])
    ] * 2
    _, seen, _ = await acectl(mailed, "applications", "show", str(started.application))
    assert seen["history"][-1]["cause"] == "resend-requested (account-ready)"
    [email] = [email for email in seen["emails"] if email["email"] == READY]
    assert (email["status"], email["attempts"], email["resends"]) == ("sent", 2, 1)


async def test_what_cannot_be_sent_again_is_refused_in_a_sentence(mailed: Settings, box: MailSink) -> None:
    async with working(mailed), connected_gateway(mailed) as gateway:
        started = await start(gateway)
        await box.emails(1)
        await emailed(started, gateway, EmailKind.VERIFICATION_CODE, EmailStatus.SENT)
    name = str(started.application)
    ending, told, complaint = await acectl(mailed, *RESEND, name, "verification-code", *WHY)
    assert (ending, told["refused"] in complaint) == (1, True)
    assert "Get a new code" in complaint
    assert (await acectl(mailed, *RESEND, name, READY, *WHY))[0] == 1
    assert (await acectl(mailed, *RESEND, name, READY))[0] == 2
    assert (await acectl(mailed, "audit", "list"))[1] == []


async def test_emails_that_are_not_out_are_listed_with_what_became_of_them_and_never_to_whom(
    mailed: Settings, box: MailSink
) -> None:
    async with working(mailed, ["intake", "verifier"]), connected_gateway(mailed) as gateway:
        started = await start(gateway)
        await reaches(started, gateway, State.AWAITING_CODE)
    name = reference.derive(started.application)
    ending, [line], _ = await acectl(mailed, "emails", "list")
    assert (ending, line["reference"], line["email"]) == (0, name, "verification-code")
    assert (line["status"], line["attempts"], line["reason"]) == ("due", 0, None)

    box.answers["DATA"] = "451 4.7.1 <poc@acme.example> come back later"
    async with working(mailed), connected_gateway(mailed) as gateway:
        await emailed(started, gateway, EmailKind.VERIFICATION_CODE, EmailStatus.DEFERRED)
    ending, [line], complaints = await acectl(mailed, "emails", "list")
    assert (ending, line["status"], line["attempts"] >= 1) == (0, "deferred", True)
    assert "come back later" in line["reason"]
    assert "acme" not in f"{line}{complaints}"
    for option, value in (("--status", "deferred"), ("--email", "verification-code"), ("--application", name)):
        assert (await acectl(mailed, "emails", "list", option, value))[1] == [line]
    for option, value in (("--status", "sent"), ("--email", str(READY)), ("--application", "ACE-0000-0000")):
        assert not (await acectl(mailed, "emails", "list", option, value))[1]
