"""A program is restarted whether or not it runs: `acectl doctor` names this for a service that was stopped."""

from pathlib import Path

from deploy.local.processes.supervision import ProgramGroup, Supervisor
from deploy.local.processes.supervisorctl import Supervisorctl
from embedded_servers.program import Program, wait_until


def test_a_program_that_does_not_run_is_started_and_one_that_does_is_restarted(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    group = ProgramGroup("workers", [Program("sleeper", ("sleep", "60"), {})], 2, starts_at_once=False)
    supervisor, control = Supervisor(tmp_path, [group]), Supervisorctl(tmp_path)
    supervisor.start()
    try:
        assert control.list_processes() == {}
        control.restart("workers:sleeper")
        wait_until(lambda: bool(control.list_processes()), "the program", 10)
        first = control.list_processes()["sleeper"]
        control.restart("workers:sleeper")
        wait_until(lambda: control.list_processes().get("sleeper") not in (None, first), "the other process", 10)
    finally:
        supervisor.stop(5)
