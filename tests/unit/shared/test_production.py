"""Production starts with nothing that is only good for trying the system out."""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from services.console.checks.configuration import check_settings
from services.console.checks.verdict import Verdict
from shared.security.keys import DEVELOPMENT, make_environment
from shared.settings import loading
from shared.settings.groups import ProcessSettings, SettingError
from shared.settings.processes import PROCESSES, CodeMailerSettings, GatewaySettings, IntakeSettings, Settings
from shared.settings.risks import Risk

KEY = b64encode(bytes(32)).decode()
RING, DEVELOPMENT_RING = f"k000001:{KEY}", f"{DEVELOPMENT}000001:{KEY}"
"""The same in each process that collects the tests."""

PASSWORD = "correct-horse"
FIT = {
    "ACE_PRODUCTION": "true",
    "ACE_RABBITMQ_URL": f"amqps://intake:{PASSWORD}@broker:5671/",
    "ACE_RABBITMQ_MANAGEMENT_URL": "https://broker:15671",
    "ACE_MONGODB_URL": f"mongodb://intake:{PASSWORD}@database:27017/?replicaSet=rs0&authSource=ace&tls=true",
    "ACE_SMTP_URL": f"smtp+starttls://relay:{PASSWORD}@mail:587",
    "ACE_PUBLIC_URL": "https://apply.example.gov",
    "ACE_CONSOLE_URL": "https://console.example.gov",
    "ACE_PORTAL_URL": "https://portal.example.gov",
    "ACE_MAIL_FROM": "no-reply@example.gov",
    "ACE_MAIL_REPLY_TO": "desk@example.gov",
    "ACE_SERVICE_DESK_PHONE": "1-202-555-0100",
    "ACE_SERVICE_DESK_EMAIL": "desk@example.gov",
    "ACE_BANNER": "An official website of an agency.",
    "ACE_BANNER_DETAILS": "",
    "ACE_IDENTIFIER": "The agency that runs this form.",
    "ACE_TRUSTED_GATEWAYS": "gateway",
    **make_environment(),
}
UNFIT = [
    ("well-known-password", "ACE_RABBITMQ_URL", "amqps://guest:guest@broker/"),
    ("well-known-password", "ACE_RABBITMQ_URL", "amqps://broker/"),
    ("well-known-password", "ACE_RABBITMQ_URL", "amqps://intake:intake@broker/"),
    ("well-known-password", "ACE_MONGODB_URL", "mongodb://ace:ace@one,two/?tls=true"),
    ("well-known-password", "ACE_SMTP_URL", "smtps://relay:Password@mail"),
    ("well-known-password", "ACE_BROKER_PASSWORD_GATEWAY", "gateway"),
    ("well-known-password", "ACE_DATABASE_PASSWORD_CODE_MAILER", "changeme"),
    ("no-database-login", "ACE_MONGODB_URL", "mongodb://database/?tls=true"),
    ("plain-amqp", "ACE_RABBITMQ_URL", f"amqp://intake:{PASSWORD}@broker/"),
    ("plain-mongodb", "ACE_MONGODB_URL", f"mongodb://intake:{PASSWORD}@database/?replicaSet=rs0"),
    ("plain-mongodb", "ACE_MONGODB_URL", f"mongodb://intake:{PASSWORD}@database/?tls=false"),
    ("plain-mongodb", "ACE_MONGODB_URL", f"mongodb://intake:{PASSWORD}@database/?tls=perhaps"),
    ("plain-smtp", "ACE_SMTP_URL", "smtp://mail"),
    ("plain-management", "ACE_RABBITMQ_MANAGEMENT_URL", "http://broker:15672"),
    ("unverified-tls", "ACE_RABBITMQ_URL", f"amqps://intake:{PASSWORD}@broker/?no_verify_ssl=1"),
    ("unverified-tls", "ACE_MONGODB_URL", f"mongodb://intake:{PASSWORD}@database/?tls=true&tlsInsecure=true"),
    (
        "unverified-tls",
        "ACE_MONGODB_URL",
        f"mongodb://intake:{PASSWORD}@database/?tls=true&tlsAllowInvalidHostnames=true",
    ),
    ("rate-limit-off", "ACE_RATE_LIMIT", "off"),
    ("challenge-off", "ACE_CHALLENGE", "off"),
    ("every-proxy-trusted", "ACE_TRUSTED_PROXIES", "*"),
    ("every-proxy-trusted", "ACE_TRUSTED_PROXIES", "127.0.0.1, 0.0.0.0/0"),
    ("every-proxy-trusted", "ACE_TRUSTED_PROXIES", "0.0.0.0/1,128.0.0.0/1"),
    ("every-proxy-trusted", "ACE_TRUSTED_PROXIES", "::/0"),
    ("unnamed-gateways", "ACE_TRUSTED_GATEWAYS", None),
    ("long-code-lifetime", "ACE_CODE_LIFETIME", "601"),
    ("debug-logs", "ACE_LOG_LEVEL", "debug"),
    ("http-public-url", "ACE_PUBLIC_URL", "http://apply.example.gov"),
    ("http-console-url", "ACE_CONSOLE_URL", "http://console.example.gov"),
    ("made-up-settings", "ACE_PUBLIC_URL", None),
    ("made-up-settings", "ACE_CONSOLE_URL", None),
    ("made-up-settings", "ACE_PORTAL_URL", None),
    ("made-up-settings", "ACE_MAIL_FROM", None),
    ("made-up-settings", "ACE_MAIL_REPLY_TO", "Desk <desk@ace.example>"),
    ("made-up-settings", "ACE_SERVICE_DESK_PHONE", None),
    ("made-up-settings", "ACE_SERVICE_DESK_EMAIL", None),
    ("made-up-settings", "ACE_BANNER", None),
    ("made-up-settings", "ACE_IDENTIFIER", None),
    ("development-keys", "ACE_KEYS_COOKIE", DEVELOPMENT_RING),
    ("development-keys", "ACE_KEYS_STORAGE", f"{RING},{DEVELOPMENT_RING}"),
]


def load(
    monkeypatch: pytest.MonkeyPatch,
    changed: Mapping[str, str | None],
    process: type[ProcessSettings] = Settings,
) -> ProcessSettings:
    for name, value in (FIT | dict(changed)).items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    return loading.load(process)


@pytest.mark.parametrize(("risk", "name", "value"), UNFIT)
def test_production_refuses_what_is_for_trying_out_unless_it_is_allowed_on_purpose(
    monkeypatch: pytest.MonkeyPatch, risk: str, name: str, value: str | None
) -> None:
    with pytest.raises(SettingError) as refused:
        load(monkeypatch, {name: value})
    (line,) = str(refused.value).splitlines()
    assert line.startswith(f"{name} ")
    assert line.endswith(f"ACE_PRODUCTION_ALLOWS={risk}")
    assert PASSWORD not in line
    load(monkeypatch, {name: value, "ACE_PRODUCTION_ALLOWS": f"made-up-settings , {risk}"})
    load(monkeypatch, {name: value, "ACE_PRODUCTION": "false", "ACE_PRODUCTION_ALLOWS": None})


def test_each_risk_is_tried_here() -> None:
    at_the_broker = {Risk.UNSTAMPED_BROKER}  # tests/integration/protection/test_arrival.py
    assert {risk for risk, _, _ in UNFIT} == set(Risk) - at_the_broker


@pytest.mark.parametrize("process", PROCESSES)
def test_production_takes_what_is_fit_for_it(monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    load(monkeypatch, {}, PROCESSES[process])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACE_SMTP_URL", "smtp://localhost"),
        ("ACE_SMTP_URL", "smtp://127.0.0.1:25"),
        ("ACE_RABBITMQ_MANAGEMENT_URL", "http://127.0.0.1:15672"),
        ("ACE_MONGODB_URL", "mongodb://database/?tls=true&authMechanism=MONGODB-X509"),
        ("ACE_MONGODB_URL", f"mongodb://intake:{PASSWORD}@database/?ssl=true"),
        ("ACE_TRUSTED_PROXIES", ""),
        ("ACE_TRUSTED_GATEWAYS", ""),
        ("ACE_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7, fd00::/8"),
        ("ACE_CODE_LIFETIME", "600"),
    ],
)
def test_production_takes_what_only_looks_like_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    load(monkeypatch, {name: value})


@pytest.mark.parametrize(
    ("name", "value", "reader", "other"),
    [
        ("ACE_CHALLENGE", "off", GatewaySettings, IntakeSettings),
        ("ACE_PORTAL_URL", None, GatewaySettings, IntakeSettings),
        ("ACE_KEYS_COOKIE", DEVELOPMENT_RING, GatewaySettings, IntakeSettings),
        ("ACE_SMTP_URL", "smtp://mail", CodeMailerSettings, GatewaySettings),
    ],
)
def test_a_process_is_judged_by_what_it_reads(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str | None,
    reader: type[ProcessSettings],
    other: type[ProcessSettings],
) -> None:
    load(monkeypatch, {name: value}, other)
    with pytest.raises(SettingError):
        load(monkeypatch, {name: value}, reader)


def test_only_a_known_name_can_be_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match=r"^ACE_PRODUCTION_ALLOWS: plain-ampq: not one of .*plain-amqp"):
        load(monkeypatch, {"ACE_PRODUCTION_ALLOWS": "plain-mongodb,plain-ampq"})


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("gateway", ("services.gateway",)),
        ("intake", ("services.intake",)),
        ("acectl", ("services.console", "applications", "list")),
    ],
)
def test_a_program_says_everything_that_it_refuses_at_once(
    program: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    unfit = {"ACE_RABBITMQ_URL": "amqp://ace:ace@broker/", "ACE_MONGODB_URL": "mongodb://ace:ace@database/"}
    done = subprocess.run(  # noqa: S603  # our own
        [sys.executable, "-m", *command],
        env={**FIT, **unfit, "ACE_LOG_LEVEL": "debug", "PYTHONPATH": str(Path.cwd())},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    lines = done.stderr.splitlines()
    assert done.returncode != 0
    assert all(line.startswith(f"{program}: ACE_") for line in lines)
    assert "ace:ace" not in done.stderr
    expected = {"debug-logs"}
    if program != "acectl":
        expected |= {"well-known-password", "plain-amqp"}
    if program != "gateway":
        expected |= {"well-known-password", "plain-mongodb"}
    assert {line.rpartition("=")[2] for line in lines} == expected


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"ACE_PRODUCTION": "false"}, Verdict.WARN),
        ({}, Verdict.BAD),
        ({"ACE_PRODUCTION_ALLOWS": "plain-amqp"}, Verdict.WARN),
    ],
)
async def test_the_doctor_says_the_same(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], verdict: Verdict
) -> None:
    for name, value in (FIT | {"ACE_RABBITMQ_URL": f"amqp://intake:{PASSWORD}@broker/"} | changed).items():
        monkeypatch.setenv(name, value)
    (check,) = await check_settings(loading.read(Settings))
    assert check.verdict is verdict
    assert check.says.startswith("ACE_RABBITMQ_URL is plain amqp")
    assert "plain-amqp" in (check.to_do or "")


async def test_the_doctor_cannot_tell_what_is_set_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FIT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ACE_PUBLIC_URL")
    (check,) = await check_settings(loading.read(Settings))
    assert check.verdict is Verdict.WARN
    assert check.says.startswith("ACE_PUBLIC_URL is unset")
