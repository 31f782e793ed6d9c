"""Every command ends within fifteen seconds, whatever is broken. The servers here take connections in silence."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from shared.security.keys import make_environment

WITHIN = 15.0
COMMANDS = [("queues",), ("doctor",), ("dead", "list"), ("database", "apply")]
"""One for each way to the servers: the observer, the checks, AMQP alone, the database alone."""


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word, as behind a broken link."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        yield server.getsockname()[1]


async def end_of(command: tuple[str, ...], env: dict[str, str]) -> tuple[float, int | None, str]:
    """How many seconds a command took, its exit code, and what it complained of."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.console", *command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _, complaint = await asyncio.wait_for(process.communicate(), 60)
    return time.monotonic() - began, process.returncode, complaint.decode()


async def test_no_command_waits_for_servers_that_say_nothing(tmp_path: object) -> None:
    with ExitStack() as stack:
        broker, management, database, mail = (stack.enter_context(silent_server()) for _ in range(4))
        env = make_environment() | {
            "ACE_RABBITMQ_URL": f"amqp://ace:ace@127.0.0.1:{broker}/",
            "ACE_RABBITMQ_MANAGEMENT_URL": f"http://127.0.0.1:{management}",
            "ACE_MONGODB_URL": f"mongodb://127.0.0.1:{database}/",
            "ACE_SMTP_URL": f"smtp://127.0.0.1:{mail}",
            "ACE_DATA_DIR": str(tmp_path),
        }
        loads = await asyncio.gather(*(end_of((*command, "--help"), env) for command in COMMANDS))
        ended = await asyncio.gather(*(end_of(command, env) for command in COMMANDS))
    busy = max(took for took, _, _ in loads)  # what this machine takes to load a command now is not waiting
    late = [(command, took) for command, (took, _, _) in zip(COMMANDS, ended, strict=True) if took >= WITHIN + busy]
    assert late == []
    for command, (_, code, complaint) in zip(COMMANDS, ended, strict=True):
        assert code == (1 if command == ("doctor",) else 3), (command, complaint)
        assert "Traceback" not in complaint


def test_a_command_ends_even_where_no_limit_of_a_server_reaches() -> None:
    code = """
import time
from services.console.output import deadline
deadline.LIMIT = 0.5
deadline.arm()
with deadline.Deadline().watch():
    time.sleep(30)  # as a lookup of a name may
"""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    assert (done.returncode, time.monotonic() - began < 10) == (3, True)
    assert "nothing happened" in done.stderr


def test_what_is_done_keeps_its_exit_code_though_a_library_s_thread_hangs() -> None:
    code = """
import threading, time
from services.console.output import deadline
deadline.FAREWELL = 0.2
deadline.arm()
threading.Thread(target=time.sleep, args=(30,)).start()
with deadline.Deadline().watch() as watch:
    watch.settle(1)
"""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=40)  # noqa: S603
    assert (done.returncode, time.monotonic() - began < 10, done.stderr) == (1, True, "")


def test_whoever_reads_page_by_page_gets_everything() -> None:
    code = """
from services.console.output import deadline, patient_output
deadline.LIMIT = 0.5
deadline.arm()
patient_output.wait_for_readers()
with deadline.Deadline().watch():
    print("x" * 500_000, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        first = process.stdout.read(1)
        with suppress(subprocess.TimeoutExpired):  # longer than its limit, with a full pipe
            process.wait(2)
        read = first + process.stdout.read()
    assert (process.returncode, len(read)) == (0, 500_001)


def test_a_command_that_was_stopped_for_a_while_goes_on() -> None:
    code = """
import time
from services.console.output import deadline
deadline.LIMIT = 2.0
deadline.arm()
with deadline.Deadline().watch():
    print("begun", flush=True)
    time.sleep(0.3)
    for _ in range(4):  # the watcher looks after it was stopped, too
        time.sleep(0.1)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        with suppress(subprocess.TimeoutExpired):
            process.wait(3)
        process.send_signal(signal.SIGCONT)
    assert process.returncode == 0
