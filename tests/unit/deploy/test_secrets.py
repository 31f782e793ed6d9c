"""Each service gets only its own secrets, as documented, from `make run` and in containers alike."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.containers import setup
from deploy.local import development_secrets
from deploy.local.services import PROGRAMS, Surroundings
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import SERVICE_OF, WORKERS
from shared.security.keys import make_environment
from shared.settings.console import name_password_setting
from shared.settings.groups import SECRETS
from shared.settings.processes import PROCESSES
from shared.storage.privileges import PRIVILEGES
from tests.architecture.sources import ROOT

SERVERS = {"gateway": set(), **{worker: {"ACE_MONGODB_URL"} for worker in WORKERS}}
SERVERS |= {mailer: {"ACE_MONGODB_URL", "ACE_SMTP_URL"} for mailer in SERVICE_OF}
SERVERS |= {"console": {"ACE_MONGODB_URL", "ACE_SMTP_URL", "ACE_RABBITMQ_MANAGEMENT_URL"}}
SECRET = re.compile(r"ACE_(KEYS_.*|.*_PASSWORD_.*|.*_URL)")
SERVICES = sorted(SERVERS)
SURROUNDINGS = Surroundings(
    broker_url="amqp://ace:administrator@broker:5672/",
    management_url="http://broker:15672",
    database_url="mongodb://ace:administrator@database:27017/?replicaSet=rs0",
    mail_url="smtp://mail",
    keys=make_environment(),
    broker_passwords={user: f"password-of-{user}" for user in PERMISSIONS},
    database_passwords={user: f"database-password-of-{user}" for user in PRIVILEGES},
)


KEYS = {
    program: {name[5:].upper() for name in PROCESSES[program].model_fields if name.startswith("keys_")}
    for program in PROGRAMS
}
"""The keys that each program's settings name."""


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def documented() -> dict[str, set[str]]:
    """Who has which key, according to the table in docs/security.md."""
    table = re.findall(r"^\| `ACE_KEYS_(\w+)` \| ([^|]+) \|", (ROOT / "docs/security.md").read_text(), re.MULTILINE)
    return {key: set(holders.strip().split(", ")) for key, holders in table}


AUTHORS_COMMAND = "services/console/commands/contracts.py"
"""Reads the ring of the gateway's author who runs it. Operators' acectl is given none."""


def used(service: str) -> set[str]:
    """The key rings that a service's code uses."""
    if service in SERVICE_OF:  # two programs of one folder: each has its own function
        app = (ROOT / "services" / SERVICE_OF[service] / "app.py").read_text()
        wired = app.partition(f"def wire_{service.replace('-', '_')}(")[2].partition("\ndef ")[0]
        return {purpose.upper() for purpose in re.findall(r'key_ring\([\w.]+, "(\w+)"\)', wired)}
    folder = ROOT / "services" / ("console" if service == "acectl" else service)
    sources = [path for path in folder.rglob("*.py") if service != "console" or path.parent.name != "commands"]
    sources = [path for path in sources if path != ROOT / AUTHORS_COMMAND]
    code = "".join(path.read_text() for path in sources)
    receives = {"COMMANDS", "GATEWAYS"} if "load_command_sealers(" in code else set()
    return receives | {purpose.upper() for purpose in re.findall(r'key_ring\([\w.]+, "(\w+)"\)', code)}


def test_the_document_says_who_has_which_key() -> None:
    assert documented() == {key: {who for who in KEYS if key in KEYS[who]} for key in documented()}
    assert {f"ACE_KEYS_{key}" for key in documented()} == set(make_environment())


@pytest.mark.parametrize("service", sorted(KEYS))
def test_a_service_has_the_keys_that_its_code_uses(service: str) -> None:
    assert KEYS[service] == used(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_its_servers_as_its_own_user_and_its_keys(service: str) -> None:
    told = SURROUNDINGS.make_environment(service)
    keys = {f"ACE_KEYS_{key}" for key in KEYS[service]}
    assert set(told) == {"ACE_RABBITMQ_URL", *SERVERS[service], *keys}
    user = f"{service}:password-of-{service}" if service in PERMISSIONS else "ace:administrator"
    assert told["ACE_RABBITMQ_URL"] == f"amqp://{user}@broker:5672/"
    if service in PRIVILEGES:
        login = f"{service}:database-password-of-{service}"
        assert told["ACE_MONGODB_URL"] == f"mongodb://{login}@database:27017/?replicaSet=rs0&authSource=ace"


def test_the_operator_sees_every_users_password() -> None:
    told = SURROUNDINGS.make_environment("acectl")
    assert {f"ACE_{name_password_setting('broker', user).upper()}" for user in PERMISSIONS} <= set(told)
    assert {f"ACE_{name_password_setting('database', user).upper()}" for user in PRIVILEGES} <= set(told)
    assert told["ACE_RABBITMQ_URL"] == SURROUNDINGS.broker_url
    assert told["ACE_MONGODB_URL"] == SURROUNDINGS.database_url


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_container_has_its_own_secrets_and_no_others(service: str) -> None:
    container = compose()["services"][service]
    assert container["volumes"] == [f"secrets-{service}:{SECRETS}:ro"]
    assert not [name for name in container["environment"] if SECRET.fullmatch(name)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_container_reaches_only_the_servers_that_it_is_told(service: str) -> None:
    networks = {"ACE_MONGODB_URL": "database", "ACE_SMTP_URL": "mail"}
    reached = {networks[server] for server in SERVERS[service] if server in networks}
    assert set(compose()["services"][service]["networks"]) == {"broker", *reached}


def test_setup_fills_each_services_volume() -> None:
    volumes = {f"secrets-{service}:{setup.VOLUMES / service}" for service in SERVICES}
    own = {f"secrets:{setup.MADE}", f"secrets-acectl:{SECRETS}", f"secrets-mongodb:{setup.VOLUMES / 'mongodb'}"}
    assert set(compose()["services"]["setup"]["volumes"]) == volumes | own
    assert {*SERVICES, "acectl"} == set(KEYS)


def test_the_databases_key_is_mounted_where_it_is_made_and_in_the_database_only() -> None:
    mounts = {name: container.get("volumes", []) for name, container in compose()["services"].items()}
    assert {name for name, volumes in mounts.items() if any("secrets-mongodb:" in each for each in volumes)} == {
        "mongodb",
        "setup",
    }


def test_secrets_are_readable_only_by_their_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owners: dict[str, int] = {}
    monkeypatch.setattr(os, "chown", lambda path, user, _group: owners.update({Path(path).stem: user}))
    (tmp_path / "ace_keys_index").write_text("not its own any more")
    for _ in range(2):
        setup.hand_out({"ACE_KEYS_STORAGE": "k1:abc", "ACE_SMTP_URL": "smtp://mail"}, tmp_path)
    found = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert found == {"ace_keys_storage": "k1:abc", "ace_smtp_url": "smtp://mail"}
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o400}
    assert owners == dict.fromkeys(found, setup.SERVICE_USER)


def test_acectl_reaches_every_server_that_its_doctor_checks() -> None:
    looks_only = {"observability"}  # nothing there is part of the system
    assert set(compose()["services"]["setup"]["networks"]) == set(compose()["networks"]) - looks_only


def test_secrets_that_a_folder_lacks_are_added_and_the_others_stay(tmp_path: Path) -> None:
    first = dict(development_secrets.load_keys(tmp_path))
    (tmp_path / "keys.env").write_text("".join(f"{k}={v}\n" for k, v in first.items() if k != "ACE_KEYS_EMAIL"))

    completed = development_secrets.load_keys(tmp_path)

    assert completed.keys() == first.keys()
    assert {**completed, "ACE_KEYS_EMAIL": ""} == {**first, "ACE_KEYS_EMAIL": ""}
    assert completed == development_secrets.load_keys(tmp_path)
