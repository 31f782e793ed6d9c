"""Settings that cannot work stop a program with one line that names them."""

from pathlib import Path

import pytest

from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACE_RABBITMQ_URL", "http://somewhere"),
        ("ACE_MONGODB_URL", "not a url"),
        ("ACE_SMTP_URL", "imap://mail"),
        ("ACE_GATEWAY_PORT", "99999"),
        ("ACE_CODE_LIFETIME", "soon"),
        ("ACE_RATE_LIMIT", "maybe"),
        ("ACE_BIND_ADDRESS", "somewhere"),
        ("ACE_BIND_ADDRESS", "127.0.0.1:8000"),
        ("ACE_TRUSTED_PROXIES", "10.0.0.300"),
        ("ACE_TRUSTED_PROXIES", "10.0.0.1,proxy.example"),
        ("ACE_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("ACE_MAIL_FROM", "Our Portal"),
        ("ACE_MAIL_FROM", "jane@example.gov, joe@example.gov"),
        ("ACE_MAIL_FROM", "ACE Portal <no-reply@nowhere>"),
        ("ACE_MAIL_REPLY_TO", "the desk"),
    ],
)
def test_a_bad_value_is_one_line_with_its_name_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as refused:
        loading.load(Settings)
    said = str(refused.value)
    assert said.startswith(f"{name}: ")
    assert "\n" not in said
    assert value not in said


def test_a_missing_or_broken_key_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match=r"^ACE_KEYS_CODE is not set"):
        loading.load_key_ring(loading.load(Settings), "code")
    monkeypatch.setenv("ACE_KEYS_CODE", "k1:AAAA")
    with pytest.raises(SettingError, match=r"^ACE_KEYS_CODE: key k1 has 3 bytes, not 32$"):
        loading.load_key_ring(loading.load(Settings), "code")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACE_BIND_ADDRESS", "0.0.0.0"),  # noqa: S104
        ("ACE_BIND_ADDRESS", "::"),
        ("ACE_BIND_ADDRESS", "localhost"),
        ("ACE_TRUSTED_PROXIES", "*"),
        ("ACE_TRUSTED_PROXIES", ""),
        ("ACE_TRUSTED_PROXIES", "10.0.0.1, 10.1.0.0/16,::1"),
        ("ACE_MAIL_FROM", "no-reply@agency.example"),
        ("ACE_MAIL_FROM", '"ACE Portal, accounts" <no-reply@agency.example>'),
    ],
)
def test_an_address_that_can_work_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(loading.load(Settings), name.removeprefix("ACE_").lower()) == value


def test_an_unknown_name_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACE_GATEWAY_PROT", "8000")
    assert "ACE_GATEWAY_PROT" in loading.list_unknown_names(Settings)


def test_an_unknown_name_in_a_file_is_noticed_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert not loading.list_unknown_names(Settings)
    Path(".env").write_text("ACE_GATEWAY_PROT=8000\nace_smtp_prot=25\nACE_SMTP_PORT=2525\nOTHER=1\n")
    assert loading.list_unknown_names(Settings) == ["ACE_GATEWAY_PROT", "ACE_SMTP_PROT"]


def test_environment_wins_over_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fallback = tmp_path / "acectl.env"
    fallback.write_text("ACE_CODE_LIFETIME=7\nACE_PREFETCH=9\n")
    monkeypatch.setenv("ACE_CODE_LIFETIME", "8")
    found = loading.load(Settings, fallback=fallback)
    assert (found.code_lifetime, found.prefetch) == (8, 9)
