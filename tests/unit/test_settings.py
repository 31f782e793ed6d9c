"""Settings that cannot work stop a program with one line that names them."""

from pathlib import Path

import pytest

from shared import settings
from shared.settings import SettingError

MADE = {
    "ACE_PUBLIC_URL": "https://apply.example.gov",
    "ACE_PORTAL_URL": "https://portal.example.gov",
    "ACE_MAIL_FROM": "no-reply@example.gov",
    "ACE_MAIL_REPLY_TO": "desk@example.gov",
    "ACE_SERVICE_DESK_PHONE": "1-202-555-0100",
    "ACE_SERVICE_DESK_EMAIL": "desk@example.gov",
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACE_RABBITMQ_URL", "http://somewhere"),
        ("ACE_MONGODB_URL", "not a url"),
        ("ACE_SMTP_URL", "imap://mail"),
        ("ACE_GATEWAY_PORT", "99999"),
        ("ACE_CODE_LIFETIME", "soon"),
        ("ACE_RATE_LIMIT", "maybe"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as refused:
        settings.load()
    said = str(refused.value)
    assert said.startswith(f"{name}: ")
    assert "\n" not in said
    assert value not in said


@pytest.mark.parametrize("missing", MADE)
def test_production_refuses_a_default_that_is_made_up(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    for name, value in MADE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ACE_PRODUCTION", "true")
    settings.load()
    monkeypatch.delenv(missing)
    with pytest.raises(SettingError, match=f"^{missing} "):
        settings.load()


def test_a_missing_or_broken_key_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match=r"^ACE_KEYS_CODE is not set"):
        settings.key_ring(settings.load(), "code")
    monkeypatch.setenv("ACE_KEYS_CODE", "k1:AAAA")
    with pytest.raises(SettingError, match=r"^ACE_KEYS_CODE: key k1 has 3 bytes, not 32$"):
        settings.key_ring(settings.load(), "code")


def test_a_name_that_means_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACE_GATEWAY_PROT", "8000")
    assert "ACE_GATEWAY_PROT" in settings.unknown_names()


def test_environment_wins_over_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fallback = tmp_path / "acectl.env"
    fallback.write_text("ACE_CODE_LIFETIME=7\nACE_PREFETCH=9\n")
    monkeypatch.setenv("ACE_CODE_LIFETIME", "8")
    found = settings.load(fallback=fallback)
    assert (found.code_lifetime, found.prefetch) == (8, 9)
