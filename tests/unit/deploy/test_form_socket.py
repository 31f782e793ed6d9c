"""The form's listening socket outlives the processes that serve on it."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.processes.form_socket import FormSocket
from embedded_servers import ports
from embedded_servers.program import Program, Running

ANSWER_ONE = """
from shared import socket_activation
with socket_activation.inherit() as held:
    visitor, _ = held.accept()
    visitor.sendall(b"welcome")
"""


@pytest.fixture
def port() -> int:
    return ports.pick()


@pytest.fixture
def form_socket(port: int, tmp_path: Path) -> Iterator[FormSocket]:
    held = FormSocket("127.0.0.1", port, tmp_path / "form.sock")
    held.open()
    yield held
    held.close()


def visit(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def test_visitors_who_come_while_no_process_serves_are_served_by_the_next(
    form_socket: FormSocket, port: int, tmp_path: Path
) -> None:
    program = Program("form", form_socket.wrap_command((sys.executable, "-c", ANSWER_ONE)))
    with visit(port) as first, visit(port) as second:
        for visitor in (first, second):
            serving = Running(program, tmp_path / "log")
            assert visitor.recv(100) == b"welcome", (tmp_path / "log").read_text()
            assert serving.wait(10) == 0


def test_a_socket_that_is_no_longer_held_lets_nobody_in(form_socket: FormSocket, port: int) -> None:
    form_socket.close()
    with pytest.raises(ConnectionRefusedError):
        visit(port)
