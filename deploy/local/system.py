"""The whole system on one machine, in the order in which its parts need each other."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from deploy.local import restart, services, terminal
from deploy.local.control import Control
from deploy.local.embedded import Embedded
from deploy.local.listening import Holder
from deploy.local.log_stream import LogStream
from deploy.local.machine import Trouble
from deploy.local.program import Program, Running, answers, wait_until
from deploy.local.services import Service, Surroundings
from deploy.local.supervision import STOP_SECONDS, Group, Supervisor
from shared.settings import Settings

PATIENCE = 180.0  # a busy machine may take three times what it usually takes

SERVICE_STOPS_WITHIN = 30
"""Seconds that a process of a service has to finish what is in flight, where it alone is stopped."""

STOP_WITHIN = {"form": 5, "workers": 10}
"""Seconds, of those in which everything stops. An email that met a slow mail server goes out again later."""

LOADING_PATIENCE = 3600.0  # somebody may bring millions of records


class System:
    """Everything that `make run` starts, its files in `folder`."""

    def __init__(self, settings: Settings, folder: Path, embedded: Embedded, surroundings: Surroundings) -> None:
        self._settings = settings
        self._embedded = embedded
        self._surroundings = surroundings
        self._logs = folder / "logs"
        self._workers = services.workers(settings, surroundings, sys.executable)
        self._form = Holder(settings.bind_address, settings.gateway_port, folder / "form.sock")
        self._gateway = [self._served(found) for found in services.gateway(settings, surroundings, sys.executable)]
        self._services = [*_group("workers", self._workers), *_group("form", self._gateway)]
        groups = [*embedded.groups(), *self._services]
        self._supervisor = Supervisor(folder, groups)
        self._control = Control(folder)
        restart.write_down(folder, self._readiness())
        self._chores: list[Running] = []
        programs = [program.name for group in groups for program in group.programs]
        self._stream = LogStream(self._logs, programs)

    def _readiness(self) -> dict[str, str]:
        found = {"workers": self._workers, "form": self._gateway}
        return {f"{group}:{each.program.name}": each.readiness_url for group in found for each in found[group]}

    def start(self) -> None:
        """Starts everything; returns when all of it is ready. Raises `Trouble` when something does not get ready."""
        self._stream.follow()
        began = time.monotonic()
        self._supervisor.begin()
        self._embedded.wait_for_database(began)
        loading = [
            self._chore("importers", "importers", "load", "--if-empty", str(self._settings.importers)),
            self._chore("users", "users", "load", "--if-empty", str(self._settings.portal_users)),
        ]
        with terminal.step("Loading importer records and portal users"):
            codes = [_finish(chore, LOADING_PATIENCE, bad_rows=True) for chore in loading]
        for chore, code in zip(loading, codes, strict=True):
            _tell_result(chore, code)
        self._embedded.wait_for_broker(began)
        with terminal.step("Making queues, and the services' users of the broker"):
            _finish(self._chore("topology", "topology", "apply"), PATIENCE)
        self._embedded.wait_for_inbox(began)
        if self._gateway:
            self._form.open()
        began = time.monotonic()
        for group in self._services:
            self._control.start(group.name)
        for name, found in {"the workers": self._workers, "the form": self._gateway}.items():
            self._wait_for(name, found, began)

    def begin_telling(self) -> None:
        """From now on, what happens is told in short lines; before, only trouble is."""
        self._stream.catch_up()
        self._stream.quiet = False

    def wait(self) -> None:
        """Returns when the supervisor has ended, which it does only when somebody ends it."""
        self._supervisor.wait()

    def stop(self) -> None:
        """Stops everything, the form first and the servers last."""
        self._stream.quiet = True
        for chore in self._chores:
            chore.kill()
        deadline = time.monotonic() + STOP_SECONDS
        with suppress(Trouble):  # no supervisor, so nothing to stop
            for group in reversed(self._services):
                self._control.stop(group.name, STOP_WITHIN[group.name])
        self._form.close()
        self._supervisor.stop(deadline - time.monotonic())
        self._stream.catch_up()

    def _chore(self, name: str, *arguments: str) -> Running:
        """Starts an acectl command, its output in a log of its own."""
        command = (sys.executable, "-m", "services.console", *arguments)
        program = Program(name, command, self._surroundings.environment("acectl"))
        chore = Running(program, self._logs / f"{name}.log")
        self._chores.append(chore)
        return chore

    def _served(self, found: Service) -> Service:
        """A process of the form that serves on the socket that is held for it."""
        return replace(found, program=replace(found.program, command=self._form.command(found.program.command)))

    def _wait_for(self, name: str, found: list[Service], since: float) -> None:
        if found:
            with terminal.step(f"Starting {name}: {', '.join(service.program.name for service in found)}", since=since):
                for service in found:
                    wait_until(_answering(service.readiness_url), self._described(service), PATIENCE)

    def _described(self, service: Service) -> str:
        return f"{service.program.name} (its log is {terminal.short(self._logs / service.program.name)}.log)"


def _group(name: str, found: list[Service]) -> list[Group]:
    programs = [service.program for service in found]
    return [Group(name, programs, SERVICE_STOPS_WITHIN, starts_at_once=False)] if found else []


def _answering(url: str) -> Callable[[], bool]:
    return lambda: answers(url)


def _finish(chore: Running, patience: float, *, bad_rows: bool = False) -> int:
    """Waits for an acectl command; returns its exit code. One that only met bad rows has named them, and was of use.

    Raises `Trouble` where it failed.
    """
    code = -1
    with suppress(subprocess.TimeoutExpired):
        code = chore.wait(patience)
    if code != 0 and not (bad_rows and code == 1):
        raise Trouble(f"`acectl {' '.join(chore.command[3:])}` failed, see {terminal.short(chore.log)}")
    return code


def _tell_result(chore: Running, code: int) -> None:
    """Prints how an acectl command summed itself up, in its last line."""
    *_, last = ["", *chore.log.read_text(errors="replace").splitlines()]
    last = last.removeprefix("acectl: ")
    if code:
        terminal.warn(f"{last}; see {terminal.short(chore.log)}")
    elif last:
        terminal.say(terminal.styled(f"    {last}", terminal.Style.QUIET))
