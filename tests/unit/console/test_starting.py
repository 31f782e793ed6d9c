"""The doctor names the command that starts a service where it runs."""

from pathlib import Path

import pytest

from services.console.checks.starting import Platform, detect_platform, explain_start


@pytest.mark.parametrize(
    ("environment", "there", "is_local", "platform"),
    [
        ({}, ["/run/systemd/system"], True, Platform.MAKE_RUN),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, ["/.dockerenv"], False, Platform.KUBERNETES),
        ({}, ["/.dockerenv"], False, Platform.COMPOSE),
        ({}, ["/run/.containerenv", "/run/systemd/system"], False, Platform.COMPOSE),
        ({}, ["/run/systemd/system"], False, Platform.SYSTEMD),
        ({}, [], False, Platform.UNKNOWN),
    ],
)
def test_what_keeps_the_services_running_is_seen_from_the_environment(
    environment: dict[str, str], there: list[str], is_local: bool, platform: Platform
) -> None:
    assert detect_platform(environment, lambda file: file in map(Path, there), is_local=is_local) is platform


@pytest.mark.parametrize(
    ("platform", "is_up", "command"),
    [
        (Platform.MAKE_RUN, True, ".venv/bin/python -m deploy.local restart code-mailer"),
        (Platform.MAKE_RUN, False, "make run"),
        (Platform.COMPOSE, True, "docker compose up --detach code-mailer"),
        (Platform.KUBERNETES, True, "kubectl rollout restart deployment/code-mailer"),
        (Platform.SYSTEMD, True, "systemctl restart code-mailer"),
        (Platform.UNKNOWN, True, "start it: python -m services.notifier code"),
    ],
)
def test_a_service_is_started_by_what_keeps_it_running(platform: Platform, is_up: bool, command: str) -> None:
    assert explain_start(platform, "code-mailer", is_up=is_up) == command
