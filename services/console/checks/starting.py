"""How a service is started where this system runs."""

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path

from shared.settings import loading
from shared.settings.groups import LOCAL_SYSTEM, BrokerSettings, DataFolder

MODULES = {"code-mailer": "services.notifier code", "general-mailer": "services.notifier general"}
"""What runs as a program whose name is not its module's."""

CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that Docker and Podman put into a container."""

SYSTEMD = Path("/run/systemd/system")
"""There where systemd runs the machine (sd_booted(3))."""


class Platform(StrEnum):
    """What keeps the services running."""

    MAKE_RUN = "make run"
    COMPOSE = "docker compose"
    KUBERNETES = "Kubernetes"
    SYSTEMD = "systemd"
    UNKNOWN = "unknown"


def detect_platform(environment: Mapping[str, str], exists: Callable[[Path], bool], *, is_local: bool) -> Platform:
    """What keeps the services running, as far as this process can tell.

    `is_local`: its settings are those of a system that `make run` started.
    """
    if is_local:
        return Platform.MAKE_RUN
    if "KUBERNETES_SERVICE_HOST" in environment:
        return Platform.KUBERNETES
    if any(map(exists, CONTAINER)):
        return Platform.COMPOSE
    return Platform.SYSTEMD if exists(SYSTEMD) else Platform.UNKNOWN


def explain_start(platform: Platform, program: str, *, is_up: bool = True) -> str:
    """The command that starts a program. `is_up`: whether `make run` itself runs.

    Deployments and units are expected to have the program's name.
    """
    if platform is Platform.MAKE_RUN:
        return f".venv/bin/python -m deploy.local restart {program}" if is_up else "make run"
    if platform is Platform.COMPOSE:
        return f"docker compose up --detach {program}"
    if platform is Platform.KUBERNETES:
        return f"kubectl rollout restart deployment/{program}"
    if platform is Platform.SYSTEMD:
        return f"systemctl restart {program}"
    return f"start it: python -m {MODULES.get(program, f'services.{program}')}"


def find_starter(settings: BrokerSettings) -> Callable[[str], str]:
    """The command that starts a program of the system that these settings reach."""
    folder = loading.read(DataFolder).data_dir
    platform = detect_platform(os.environ, Path.exists, is_local=_is_local(settings, folder / LOCAL_SYSTEM))
    return partial(explain_start, platform, is_up=(folder / "supervisor.sock").exists())


def _is_local(settings: BrokerSettings, file: Path) -> bool:
    """Whether `make run` wrote down the broker that these settings name."""
    try:
        return f"ACE_RABBITMQ_URL={settings.rabbitmq_url}" in file.read_text().splitlines()
    except OSError:
        return False
