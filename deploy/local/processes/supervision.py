"""Runs programs under supervisor, which starts them by group, restarts those that die, and stops them in order.

supervisord and its programs have their own session, so Ctrl-C in the terminal reaches only this process. If this
process dies, the kernel sends supervisord SIGTERM; if supervisord dies, the kernel kills its programs.
"""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.screen import terminal
from embedded_servers.errors import SetupError
from embedded_servers.program import Program, wait_until

SOCKET_PATH_LIMIT = 107
STOP_SECONDS = 27
"""Seconds in which everything stops, whatever the number of groups."""

HEAD = """\
[unix_http_server]
file={folder}/supervisor.sock
chmod=0700

[supervisord]
logfile={folder}/logs/supervisord.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile={folder}/supervisord.pid
childlogdir={folder}/logs
silent=true

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
"""
GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""
# With startsecs=0, supervisor restarts a process that exits immediately a second later and never marks it FATAL.
PROGRAM = """
[program:{name}]
command={command}
environment={environment}
autostart={at_once}
autorestart=true
startsecs=0
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={folder}/logs/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""


@dataclass(frozen=True)
class ProgramGroup:
    """Programs that stop together, each with `stop_seconds` to end after SIGTERM.

    They start with the supervisor if `starts_at_once`; otherwise, `Supervisorctl.start` starts them.
    """

    name: str
    programs: Sequence[Program]
    stop_seconds: int
    starts_at_once: bool


class Supervisor:
    """A supervisord with its files in `folder`. Groups stop in reverse order."""

    _process: subprocess.Popen[bytes] | None = None

    def __init__(self, folder: Path, groups: Sequence[ProgramGroup]) -> None:
        self.folder = folder
        self._configuration = folder / "supervisord.conf"
        if len(os.fsencode(folder / "supervisor.sock.")) + len(str(os.getpid())) > SOCKET_PATH_LIMIT:
            raise SetupError(f"the path {folder} is too long for a socket: set ACE_DATA_DIR to a shorter one")
        if "%" in str(folder):
            raise SetupError(f"ACE_DATA_DIR: supervisor cannot work in {folder}, because of the % in its name")
        (folder / "logs").mkdir(exist_ok=True)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(_render_configuration(folder, groups))

    def start(self) -> None:
        """Starts supervisord and the programs that start with it."""
        (self.folder / "supervisor.sock").unlink(missing_ok=True)  # from a killed run
        command = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self._configuration))
        self._process = subprocess.Popen(
            ("setpriv", "--pdeathsig", "TERM", *command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._answers, "supervisor", 20)

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise SetupError("supervisor exited, for the reason above")
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.folder / "supervisor.sock"))
        except OSError:
            return False
        return True

    def wait(self) -> None:
        """Returns once supervisord has exited, which it should not do unasked."""
        if self._process:
            self._process.wait()

    def stop(self, within: float = STOP_SECONDS) -> None:
        """Stops everything in order and kills what is still running after this many seconds."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def clean_up(folder: Path) -> None:
    """Stops a supervisord that an earlier, killed run left running in this folder."""
    try:
        pid = int((folder / "supervisord.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return
    if os.fsencode(folder / "supervisord.conf") not in command:
        return
    with terminal.step("Stopping what an earlier run left behind"), contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        try:
            wait_until(lambda: not Path(f"/proc/{pid}").exists(), "", STOP_SECONDS)
        except SetupError:
            os.kill(pid, signal.SIGKILL)


def _render_configuration(folder: Path, groups: Sequence[ProgramGroup]) -> str:
    sections = [HEAD.format(folder=folder)]
    for priority, group in enumerate(groups, 1):
        names = ",".join(program.name for program in group.programs)
        sections.append(GROUP.format(name=group.name, programs=names, priority=priority))
        for program in group.programs:
            section = PROGRAM.format(
                name=program.name,
                command=_escape(shlex.join(program.bound_command)),
                environment=",".join(f"{name}={_quote(value)}" for name, value in program.environment.items()),
                at_once="true" if group.starts_at_once else "false",
                stop_seconds=group.stop_seconds,
                folder=folder,
            )
            sections.append(section)
    return "".join(sections)


def _escape(text: str) -> str:
    return text.replace("%", "%%")


def _quote(value: str) -> str:
    quote = "'" if '"' in value else '"'
    return f"{quote}{_escape(value)}{quote}"
