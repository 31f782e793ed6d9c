"""The whole system on one machine, started in order of dependency."""

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from deploy.local import restart, scraping, services
from deploy.local.processes.form_socket import FormSocket
from deploy.local.processes.supervision import STOP_SECONDS, ProgramGroup, Supervisor
from deploy.local.processes.supervisorctl import Supervisorctl
from deploy.local.screen import terminal
from deploy.local.screen.log_stream import LogStream
from deploy.local.servers import Servers
from deploy.local.services import Service, Surroundings
from embedded_servers.errors import SetupError
from embedded_servers.program import Program, Running, answers, wait_until
from shared.settings.processes import Settings

READY_WITHIN = 180.0  # a busy machine may take three times as long as usual

SERVICE_STOPS_WITHIN = 30
"""Seconds that a service's process has to finish what is in flight when nothing else stops."""

STOP_WITHIN = {"console": 5, "form": 5, "workers": 10}
"""The same when everything stops. An email that met a slow mail server goes out again later."""

LOADED_WITHIN = 3600.0  # somebody may bring millions of records


class System:
    """Everything that `make run` starts, with its files in `folder`."""

    def __init__(self, settings: Settings, folder: Path, servers: Servers, surroundings: Surroundings) -> None:
        self._settings = settings
        self._servers = servers
        self._surroundings = surroundings
        self._logs = folder / "logs"
        self._workers = services.make_workers(settings, surroundings, sys.executable)
        self._form_socket = FormSocket(settings.bind_address, settings.gateway_port, folder / "form.sock")
        self._gateway = [
            self._use_socket(process) for process in services.make_gateway(settings, surroundings, sys.executable)
        ]
        self._console = services.make_console(settings, surroundings, sys.executable)
        self._groups = {"workers": self._workers, "form": self._gateway, "console": self._console}
        self._services = [group for name, processes in self._groups.items() for group in _group(name, processes)]
        groups = [*servers.prepare(), *self._services]
        self._supervisor = Supervisor(folder, groups)
        self._supervisorctl = Supervisorctl(folder)
        restart.write_list(folder, self._list_readiness_urls())
        scraping.write_targets(folder, self._list_programs(), servers.broker_metrics_port)
        self._chores: list[Running] = []
        programs = [program.name for group in groups for program in group.programs]
        self._stream = LogStream(self._logs, programs)

    def _list_readiness_urls(self) -> dict[str, str]:
        return {f"{name}:{one.program.name}": one.readiness_url for name in self._groups for one in self._groups[name]}

    def _list_programs(self) -> list[tuple[str, str]]:
        return [(one.name, one.readiness_url) for group in self._groups.values() for one in group]

    def start(self) -> None:
        """Starts everything and waits until it is ready. Raises `SetupError` if something is not ready in time."""
        self._stream.follow()
        began = time.monotonic()
        self._supervisor.start()
        self._servers.wait_for_database(began)
        applying = self._start_chore("database", "database", "apply")
        loading = [
            self._start_chore("importers", "importers", "load", "--if-empty", str(self._settings.importers)),
            self._start_chore("users", "users", "load", "--if-empty", str(self._settings.portal_users)),
        ]
        with terminal.step("Loading importer records and portal users"):
            codes = [_finish(chore, LOADED_WITHIN, bad_rows=True) for chore in loading]
        for chore, code in zip(loading, codes, strict=True):
            _print_result(chore, code)
        with terminal.step("Creating indexes, and the services' database users"):
            _finish(applying, READY_WITHIN)
        self._servers.wait_for_broker(began)
        with terminal.step("Creating queues, and the services' broker users"):
            _finish(self._start_chore("topology", "topology", "apply"), READY_WITHIN)
        self._servers.wait_for_inbox(began)
        if self._gateway:
            self._form_socket.open()
        began = time.monotonic()
        for group in self._services:
            self._supervisorctl.start(group.name)
        for name, processes in self._groups.items():
            self._wait_for(f"the {name}", processes, began)

    def show_events(self) -> None:
        """Starts to print all events in short lines, not only warnings and errors."""
        self._stream.catch_up()
        self._stream.quiet = False

    def wait(self) -> None:
        """Returns once the supervisor has exited, which only happens if somebody stops it."""
        self._supervisor.wait()

    def stop(self) -> None:
        """Stops everything, the form first and the servers last."""
        self._stream.quiet = True
        for chore in self._chores:
            chore.kill()
        deadline = time.monotonic() + STOP_SECONDS
        with suppress(SetupError):  # no supervisor, so nothing to stop
            for group in reversed(self._services):
                self._supervisorctl.stop(group.name, STOP_WITHIN[group.name])
        self._form_socket.close()
        self._supervisor.stop(deadline - time.monotonic())
        self._stream.catch_up()

    def _start_chore(self, name: str, *arguments: str) -> Running:
        """Starts an acectl command with its output in its own log."""
        command = (sys.executable, "-m", "services.console", *arguments)
        program = Program(name, command, self._surroundings.make_environment("acectl"))
        chore = Running(program, self._logs / f"{name}.log")
        self._chores.append(chore)
        return chore

    def _use_socket(self, process: Service) -> Service:
        """The same process of the form, serving on the shared socket."""
        program = process.program
        return replace(process, program=replace(program, command=self._form_socket.wrap_command(program.command)))

    def _wait_for(self, name: str, processes: list[Service], since: float) -> None:
        if not processes:
            return
        names = [process.program.name for process in processes]
        with terminal.step(f"Starting {name}: {', '.join(names)}", since=since):
            for process in processes:
                what = f"{process.program.name} (its log is {terminal.shorten(self._logs / process.program.name)}.log)"
                wait_until(partial(answers, process.readiness_url), what, READY_WITHIN)


def _group(name: str, processes: list[Service]) -> list[ProgramGroup]:
    programs = [process.program for process in processes]
    return [ProgramGroup(name, programs, SERVICE_STOPS_WITHIN, starts_at_once=False)] if programs else []


def _finish(chore: Running, patience: float, *, bad_rows: bool = False) -> int:
    """Waits for an acectl command; returns its exit code. With `bad_rows`, 1 is not a failure: good rows were loaded.

    Raises `SetupError` if it failed.
    """
    code = -1
    with suppress(subprocess.TimeoutExpired):
        code = chore.wait(patience)
    if code != 0 and not (bad_rows and code == 1):
        raise SetupError(f"`acectl {' '.join(chore.command[3:])}` failed, see {terminal.shorten(chore.log)}")
    return code


def _print_result(chore: Running, code: int) -> None:
    """Prints an acectl command's summary, which is its last line."""
    *_, last = ["", *chore.log.read_text(errors="replace").splitlines()]
    last = last.removeprefix("acectl: ")
    if code:
        terminal.warn(f"{last}; see {terminal.shorten(chore.log)}")
    elif last:
        terminal.say(terminal.add_style(f"    {last}", terminal.Style.QUIET))
