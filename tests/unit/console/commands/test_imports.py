"""Each command imports only what it needs, so that help is instant and a listing fast."""

import json
import os
import subprocess
import sys
from pkgutil import iter_modules

import pytest

from services.console import commands
from services.console.command_line.groups import SUMMARIES, load_command

SAY_WHAT_IS_LOADED = """
import atexit, json, sys
loaded = lambda: [name for name, module in sys.modules.items() if module]
atexit.register(lambda: print(json.dumps(loaded()), file=sys.stderr))
from services.console.__main__ import app
app(sys.argv[1:])
"""


def load_for(*arguments: str) -> set[str]:
    """The packages and modules that a command loads."""
    command = (sys.executable, "-c", SAY_WHAT_IS_LOADED, *arguments)
    env = {name: value for name, value in os.environ.items() if not name.startswith("ACE_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=env)  # noqa: S603
    names: set[str] = set(json.loads(done.stderr.splitlines()[-1]))
    return names | {name.partition(".")[0] for name in names}


def test_help_loads_no_command_and_no_library_but_typer() -> None:
    loaded = load_for("--help")
    heavy = {"aio_pika", "asyncio", "cryptography", "faststream", "httpx", "motor", "pydantic", "rich", "shared"}
    assert not loaded & (heavy | {"services.console.commands.dead"})


@pytest.mark.parametrize(
    ("command", "needless"),
    [
        (("dead", "list"), {"email_validator", "faststream", "httpx", "motor", "pymongo", "structlog"}),
        (
            ("applications", "list"),
            {
                "aio_pika",
                "cryptography.x509",
                "email_validator",
                "faststream",
                "httpx",
                "rich",
                "services.console.applications.application_view",
                "services.console.applications.stuck",
                "services.console.dead_letters.prospects",
                "services.console.files.csv_reader",
                "shared.messaging",
                "shared.settings.processes",
                "shared.storage.sealed_documents",
                "structlog",
            },
        ),
        (
            ("contracts", "check", "-"),
            {"email_validator", "faststream", "httpx", "motor", "pymongo", "rich", "structlog"},
        ),
        (("audit", "list"), {"aio_pika", "email_validator", "faststream", "httpx", "structlog"}),
    ],
)
def test_a_listing_loads_only_its_own_server_s_driver(command: tuple[str, str], needless: set[str]) -> None:
    assert not load_for(*command) & needless


def test_each_module_of_the_commands_is_in_the_help() -> None:
    assert SUMMARIES.keys() == {module.name for module in iter_modules(commands.__path__)}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_command_is_loaded_with_the_summary_that_the_help_shows(name: str) -> None:
    assert load_command(name).help == SUMMARIES[name]
