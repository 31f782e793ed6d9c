"""What people see when they run everything on one machine, apply with the sample, and something goes wrong."""

import json
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.processes.supervisorctl import Supervisorctl
from embedded_servers import ports
from services.console.applications.traces import Span, find_spans
from shared.settings import loading
from shared.settings.console import TraceSettings
from shared.settings.groups import LOCAL_SYSTEM
from tests.support.browser import Browser, Page, Window, browsing
from tests.support.local_system import local_system
from tests.support.mail_sink import code_in
from tests.support.scripted_form import DETAILS, SIGNED, request
from tests.support.waiting import until

PORTS = ("CONSOLE", "INBOX", "SMTP", "RABBITMQ", "RABBITMQ_MANAGEMENT", "MONGODB")
SERVICES = ("gateway", "intake", "verifier", "provisioner", "code-mailer", "general-mailer", "console")
EMAIL = "ada@acme.example"


@dataclass(frozen=True)
class Seen:
    """The final screen and log files."""

    screen: str
    reference: str
    logs: Path
    spans: list[Span]
    """What `make run` keeps of the application's traces."""
    scraped: dict[str, str]
    """The metrics of each program, from where Prometheus would look for them."""
    overview: Page
    """What the console shows to whom the printed login lets in."""

    @property
    def short_lines(self) -> list[str]:
        """The lines after setup, without times."""
        return re.findall(r"^\d\d:\d\d:\d\d (\S+ .*)$", self.screen, re.MULTILINE)


@pytest.fixture(scope="module")
async def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One run: a person applies with the sample importer, the verifier is killed, everything is stopped."""
    folder = tmp_path_factory.mktemp("run")
    told = {f"ACE_{name}_PORT": str(ports.pick()) for name in PORTS} | {"ACE_CONSOLE_PROCESSES": "1"}
    async with local_system(folder, told):
        summary = (folder / "run.log").read_text()
        reference = await apply(summary)

        async def told_in(text: str) -> bool:
            return text in " ".join((folder / "run.log").read_text().split())

        await until(lambda: told_in(f"application completed {reference}"))
        spans = await until(lambda: read_spans(folder, reference))
        scraped = await scrape(folder)
        overview = await log_in(summary)
        os.kill(Supervisorctl(folder).list_processes()["verifier"], signal.SIGKILL)
        await until(lambda: told_in("restarting"))
        await until(lambda: told_in("verifier ready"), within=60)
    return Seen((folder / "run.log").read_text(), reference, folder / "logs", spans, scraped, overview)


async def read_spans(folder: Path, reference: str) -> list[Span]:
    """The application's spans, once its last email is among them."""
    spans = await find_spans(loading.read(TraceSettings, fallback=folder / LOCAL_SYSTEM), reference) or []
    return spans if "process provisioner.complete" in {span.name for span in spans} else []


async def scrape(folder: Path) -> dict[str, str]:
    """Asks every process for its metrics."""
    scraped = {}
    async with httpx.AsyncClient(trust_env=False) as client:
        for target in json.loads((folder / "prometheus" / "services.json").read_text()):
            scraped[target["labels"]["program"]] = (await client.get(f"http://{target['targets'][0]}/metrics")).text
        [broker] = json.loads((folder / "prometheus" / "rabbitmq.json").read_text())
        detailed = f"http://{broker['targets'][0]}/metrics/detailed"
        families = {"family": ["queue_coarse_metrics", "queue_consumer_count"]}
        scraped["rabbitmq"] = (await client.get(detailed, params=families)).text
    return scraped


async def log_in(summary: str) -> Page:
    """Logs in to the console as it was printed; returns the page that this leads to."""
    async with browsing(value("Console", summary), Browser) as browser:
        page = await browser.open("/")
        typed = {"Name": value("Name", summary), "Password": value("Password", summary)}
        await browser.press(page, "Log in", typed)

        async def is_counted() -> bool:
            return "Emails out 1" in (await browser.open("/")).text

        await until(is_counted)
        return await browser.open("/")


def value(name: str, screen: str) -> str:
    """The value after a name on its line."""
    (found,) = re.findall(rf"^ *{re.escape(name)}: +(\S.*)$", screen, re.MULTILINE)
    return str(found)


async def apply(summary: str) -> str:
    """Fills out the form for the sample importer; returns the application's reference."""
    form, inbox = value("Form", summary), value("Inbox", summary)
    async with browsing(form, Window) as browser, httpx.AsyncClient(base_url=inbox, trust_env=False) as post:
        await browser.open("/request")
        typed = request(value("Company Name", summary), value("IR#", summary), EMAIL)
        await browser.submit("Next >", typed)
        assert browser.page.path == "/code", browser.page.text

        async def email() -> str:
            return "".join(message["text"] for message in (await post.get("/api/messages")).json())

        await browser.submit("Next >", {"*Verification Code": code_in(await until(email))})
        reference = browser.page.reference
        await browser.submit("Submit", SIGNED)
        assert browser.page.path == "/confirmation", browser.page.text
        return reference


def test_setup_prints_one_line_per_step_with_its_time(seen: Seen) -> None:
    set_up = seen.screen.partition("\nReady after")[0]
    steps = re.findall(r"^  (\S.*?) +\d+\.\d s$", set_up, re.MULTILINE)
    assert [step.partition(":")[0] for step in steps] == [
        "Starting MongoDB",
        "Loading importer records and portal users",
        "Creating indexes, and the services' database users",
        "Starting RabbitMQ",
        "Creating queues, and the services' broker users",
        "Starting the inbox",
        "Starting the workers",
        "Starting the form",
        "Starting the console",
    ]
    others = [line for line in set_up.splitlines() if line.strip() and not re.search(r"\d\.\d s$", line)]
    assert others == [], "nothing else is said: no server's banner, no color code"


def test_the_printed_login_leads_into_the_console(seen: Seen) -> None:
    assert seen.overview.heading == "Overview"
    assert "Requested 1" in seen.overview.text


def test_every_step_of_an_application_is_shown_with_its_reference(seen: Seen) -> None:
    told = [" ".join(line.split()) for line in seen.short_lines if seen.reference in line]
    assert told[:5] == [
        f"intake application requested {seen.reference}",
        f"verifier application awaiting-code {seen.reference}",
        f"code-mailer email sent {seen.reference} verification-code",
        f"verifier application verified {seen.reference}",
        f"intake application submitted {seen.reference}",
    ]
    assert f"general-mailer email sent {seen.reference} account-ready" in told
    assert f"provisioner application completed {seen.reference}" in told


def test_a_dead_service_is_reported_in_one_line_that_names_its_log(seen: Seen) -> None:
    (line,) = [line for line in seen.short_lines if "died" in line]
    assert re.fullmatch(r"verifier +error: died \(terminated by SIGKILL\), restarting; see \S+/logs/verifier.log", line)


def test_one_trace_leads_from_the_post_to_the_mail_server(seen: Seen) -> None:
    (post,) = [span for span in seen.spans if span.name == "POST request"]
    path = [(span.service, span.name) for span in seen.spans if span.trace_id == post.trace_id]
    questions = ("intake", "process intake.ask-outcome")
    assert [step for step in path if step[1].startswith(("POST", "process", "hand")) and step != questions] == [
        ("gateway", "POST request"),
        ("intake", "process intake.start-application"),
        ("verifier", "process verifier.issue-code"),
        ("code-mailer", "process notifier.send-code"),
        ("code-mailer", "hand over verification-code"),
    ]


def test_no_span_holds_what_somebody_typed(seen: Seen) -> None:
    said = " ".join(str([span.name, span.error, span.attributes]) for span in seen.spans)  # ids and times are by chance
    for typed in (EMAIL, "@", *DETAILS.values()):
        assert not re.search(rf"(?<![\w.]){re.escape(typed)}(?![\w.])", said)


def test_every_program_shows_its_metrics_where_prometheus_looks(seen: Seen) -> None:
    assert sorted(seen.scraped) == sorted([*SERVICES, "rabbitmq"])
    assert 'ace_http_requests_total{method="POST",page="request",status="303"} 1.0' in seen.scraped["gateway"]
    assert 'ace_email_delay_seconds_count{kind="verification-code"} 1.0' in seen.scraped["code-mailer"]
    assert 'ace_applications_total{problem="none",state="completed"} 1.0' in seen.scraped["provisioner"]
    assert "ace_oldest_code_email_due_seconds 0.0" in seen.scraped["intake"]
    for program in SERVICES:
        assert "ace_ready 1.0" in seen.scraped[program]
    for name in ("messages", "messages_ready", "messages_unacked", "consumers"):
        assert re.search(
            rf'rabbitmq_detailed_queue_{name}\{{.*queue="intake.start-application"', seen.scraped["rabbitmq"]
        )


def test_nobodys_personal_data_is_on_the_screen(seen: Seen) -> None:
    after = seen.screen.partition("Ready after")[2].partition("IR#:")[2]
    assert EMAIL not in after
    assert DETAILS["*Telephone Number"] not in after
    assert "@" not in after


def test_stopping_is_shown_in_two_words(seen: Seen) -> None:
    assert seen.screen.endswith("\nStopping\nStopped\n")


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_log_file_is_json_line_by_line(seen: Seen, service: str) -> None:
    for line in (seen.logs / f"{service}.log").read_text().splitlines():
        assert isinstance(json.loads(line), dict)
