"""The whole system on one machine, in the order in which its parts need each other."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy.local import services
from deploy.local.embedded import Embedded
from deploy.local.machine import Trouble
from deploy.local.program import Program, Running, answers, wait_until
from deploy.local.services import Service, Surroundings
from deploy.local.supervision import Group, Supervisor
from deploy.local.terminal import LogStream
from shared.settings import Settings

PATIENCE = 180.0  # a busy machine may take three times what it usually takes
LOADING_PATIENCE = 3600.0  # somebody may bring millions of records


class System:
    """Everything that `make run` starts, its files in `folder`."""

    def __init__(self, settings: Settings, folder: Path, embedded: Embedded, surroundings: Surroundings) -> None:
        self._settings = settings
        self._embedded = embedded
        self._surroundings = surroundings
        self._logs = folder / "logs"
        self._workers = services.workers(settings, surroundings, sys.executable)
        self._gateway = services.gateway(settings, surroundings, sys.executable)
        self._services = [*_group("workers", self._workers, 5), *_group("form", self._gateway, 5)]
        groups = [*embedded.groups(), *self._services]
        self._supervisor = Supervisor(folder, groups)
        self._chores: list[Running] = []
        programs = [program.name for group in groups for program in group.programs]
        self._stream = LogStream(self._logs, ["topology", "importers", "users", *programs])

    def start(self) -> None:
        """Starts everything; returns when all of it is ready. Raises `Trouble` when something does not get ready."""
        self._supervisor.begin()
        self._embedded.wait_for_database()
        loading = [
            self._chore("importers", "importers", "load", "--if-empty", str(self._settings.importers)),
            self._chore("users", "users", "load", "--if-empty", str(self._settings.portal_users)),
        ]
        self._embedded.wait_for_broker()
        _finish(self._chore("topology", "topology", "apply"), PATIENCE)
        for chore in loading:
            _finish(chore, LOADING_PATIENCE, bad_rows=True)
        self._embedded.wait_for_inbox()
        self._supervisor.start([group.name for group in self._services])
        for service in (*self._workers, *self._gateway):
            wait_until(_answering(service.readiness_url), self._described(service), PATIENCE)
        self._stream.catch_up()

    def wait(self) -> None:
        """Returns when the supervisor has ended, which it does only when somebody ends it."""
        self._supervisor.wait()

    def stop(self) -> None:
        """Stops everything, the form first and the servers last."""
        for chore in self._chores:
            chore.kill()
        self._supervisor.stop()
        self._stream.catch_up()

    def _chore(self, name: str, *arguments: str) -> Running:
        """Starts an acectl command, its output in a log of its own."""
        command = (sys.executable, "-m", "services.console", *arguments)
        program = Program(name, command, self._surroundings.environment("acectl"))
        chore = Running(program, self._logs / f"{name}.log")
        self._chores.append(chore)
        return chore

    def _described(self, service: Service) -> str:
        return f"{service.program.name} (its log is {self._logs / service.program.name}.log)"


def _group(name: str, found: list[Service], seconds: int) -> list[Group]:
    return [Group(name, [service.program for service in found], seconds, starts_at_once=False)] if found else []


def _answering(url: str) -> Callable[[], bool]:
    return lambda: answers(url)


def _finish(chore: Running, patience: float, *, bad_rows: bool = False) -> None:
    """Waits for an acectl command; one that only met bad rows has named them, and was of use."""
    code = -1
    with suppress(subprocess.TimeoutExpired):
        code = chore.wait(patience)
    if code != 0 and not (bad_rows and code == 1):
        raise Trouble(f"`{' '.join(chore.command[3:])}` failed, see {chore.log}")
