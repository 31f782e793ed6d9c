"""acectl's commands as people type them, as far as they need no server."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.console.__main__ import app
from shared.messaging import broker_admin
from shared.security.keys import KeyRing, make_environment

NOBODY = "127.0.0.1:9"
SAMPLE = Path(__file__).parents[4] / "deploy/sample"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings with servers that do not exist."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shared.storage.database.SELECTION_MS", 100)
    for name, value in make_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ACE_MONGODB_URL", f"mongodb://{NOBODY}/?directConnection=true")
    monkeypatch.setenv("ACE_RABBITMQ_URL", f"amqp://{NOBODY}/")


def acectl(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=input)


def refused(*arguments: str, input: str | None = None) -> str:
    """Runs a command that fails; returns its one line."""
    done = acectl(*arguments, input=input)
    assert done.exit_code == 3, done.output
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    return line


def test_keys_are_printed_as_settings() -> None:
    done = acectl("keys", "new")
    assert done.exit_code == 0
    printed = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert printed.keys() == make_environment().keys()
    assert all(KeyRing.parse(ring) for ring in printed.values())


def test_the_topology_is_printed_as_definitions() -> None:
    done = acectl("topology", "show")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == broker_admin.make_definitions()


@pytest.mark.parametrize(
    "command",
    [
        ("importers", "load", str(SAMPLE / "importers.csv")),
        ("users", "load", str(SAMPLE / "portal-users.csv")),
        ("importers", "show", "07-1234567AB"),
        ("applications", "list"),
        ("applications", "show", "ACE-0000-0000"),
        ("applications", "stuck"),
        ("applications", "find", "07-1234567AB"),
        ("applications", "find", "-"),
        ("audit", "list"),
        ("dead", "replay", "--all"),
        ("dead", "discard", "1", "--reason", "why"),
        ("database", "apply"),
    ],
)
def test_an_unreachable_database_is_reported_in_one_line(command: tuple[str, ...]) -> None:
    assert "the database is away" in refused(*command, input="ada@acme.example")


@pytest.mark.parametrize(
    "command",
    [
        ("topology", "apply"),
        ("dead", "list"),
        ("dead", "list", "--application", "ACE-0000-0000"),
        ("dead", "show", "1"),
    ],
)
def test_an_unreachable_broker_is_reported_in_one_line(command: tuple[str, ...]) -> None:
    assert "the broker is away" in refused(*command)


def test_the_queues_show_the_health_line_even_while_everything_is_away() -> None:
    done = acectl("queues")
    assert (done.exit_code, done.stderr.startswith("acectl: the broker is away")) == (3, True)
    assert done.stdout.startswith("BAD   bad: broker, database; not known: keys, mail, form, workers")
    parts = {part["name"]: part["verdict"] for part in json.loads(acectl("queues", "--json").stdout)["health"]["parts"]}
    assert (parts["broker"], parts["database"], parts["workers"]) == ("bad", "bad", "unknown")


def test_top_shows_what_it_can_while_database_and_broker_are_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACE_RABBITMQ_MANAGEMENT_URL", f"http://{NOBODY}")
    done = acectl("top", "--once")
    assert done.exit_code == 3
    assert "! broker: the broker is away" in done.stdout
    assert "! database: the database is away" in done.stdout
    assert "Applications of the last 24 hours: ?" in done.stdout


def test_the_doctor_reports_that_everything_is_away() -> None:
    done = acectl("doctor", "--json")
    assert done.exit_code == 1
    verdicts = {check["name"]: check["verdict"] for check in json.loads(done.stdout)}
    assert verdicts == {"broker": "bad", "database": "bad", "mail server": "warn", "settings": "warn"}


MESSAGE = b'{"routing_key": "?", "properties": {}, "body": {}}'


@pytest.mark.parametrize(
    "command", [("contracts", "check", "-"), ("topology", "show"), ("keys", "new"), ("--help",)], ids=" ".join
)
def test_a_reader_that_goes_away_ends_the_command_silently(command: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        started = (sys.executable, "-m", "services.console", *command)
        done = subprocess.run(started, stdout=pipe, stderr=subprocess.PIPE, input=MESSAGE, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_shell_completes_the_names_of_queues() -> None:
    asked = {"_ACECTL_COMPLETE": "complete_bash", "COMP_WORDS": "acectl dead list --queue not", "COMP_CWORD": "4"}
    done = CliRunner().invoke(app, [], env=asked, prog_name="acectl")
    assert done.stdout.split() == [
        "notifier.send-code",
        "notifier.withdraw-code",
        "notifier.send-digest",
        "notifier.send-email",
    ]


@pytest.mark.parametrize("name", ["ACE_MONGODB_URL", "ACE_KEYS_STORAGE", "ACE_KEYS_INDEX"])
def test_a_missing_setting_is_one_line_that_names_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    assert f"{name} is not set" in refused("applications", "list")


@pytest.mark.parametrize("name", ["ACE_MONGODB_URL", "ACE_KEYS_STORAGE"])
def test_a_setting_that_cannot_work_is_one_line_that_names_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "nonsense")
    assert f"{name}: " in refused("applications", "list")


def test_an_unknown_setting_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACE_MONGODB_ULR", "x")
    done = acectl("applications", "list")
    assert "warning: ACE_MONGODB_ULR is not a setting: is it misspelled?" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("importers", "load", "/no/such/file.csv"),
        ("importers", "load", "/"),
        ("importers", "load"),
        ("importers", "generate", "many"),
        ("importers", "show", "12-3456789"),
        ("applications", "list", "--state", "unheard-of"),
        ("applications", "list", "--limit", "0"),
        ("applications", "list", "--since", "yesterday"),
        ("applications", "stuck", "--since", "7"),
        ("applications", "find", "12-3456789"),
        ("dead", "list", "--queue", "nowhere"),
        ("dead", "replay"),
        ("dead", "replay", "--all", "--queue", "notifier.send-email"),
        ("dead", "replay", "--all", "--rate", "0"),
        ("dead", "discard", "--all"),
        ("dead", "discard", "--all", "--reason", " "),
        ("nonsense",),
    ],
)
def test_a_wrong_command_line_ends_with_2(command: tuple[str, ...]) -> None:
    assert acectl(*command).exit_code == 2


def test_whom_limits_are_about_need_not_stand_in_a_shells_history() -> None:
    done = acectl("limits", "show", "--importer", "-", input="12-3456789\n")
    assert done.exit_code == 2
    assert "suffix" in done.stderr


def test_a_file_is_generated_on_standard_output() -> None:
    pytest.importorskip("faker")
    done = acectl("importers", "generate", "3", "--seed", "1")
    assert done.exit_code == 0
    header, *rows = done.stdout.splitlines()
    assert header == "importer_number,company_name,poc_name,poc_email,top_account,status"
    assert len(rows) == 3


def test_without_faker_generating_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    assert "Faker is not installed" in refused("importers", "generate", "3")
