"""The output of `make run` is readable in a terminal and in a file alike."""

import os
import pty
import re
import subprocess
import sys
import time

import pytest

from deploy.local.screen import terminal
from deploy.local.screen.terminal import Style

COLORED = "\x1b["
SAY = 'from deploy.local.screen import terminal; terminal.warn("it rains")'


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [re.sub(r" +", " ", re.sub(r"\d+\.\d s$", "N s", line)) for line in capsys.readouterr().out.splitlines()]


def test_a_step_is_one_line_with_the_time_that_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.step("Making tea"):
        assert capsys.readouterr().out.strip() == "Making tea"
    assert lines(capsys) == [" N s"]


def test_what_is_said_during_a_step_stands_on_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.step("Making tea"):
        terminal.say("The kettle sings")
    assert lines(capsys) == [" Making tea ", "The kettle sings", " Making tea N s"]


@pytest.mark.parametrize(("error", "result"), [(ValueError, "failed"), (KeyboardInterrupt, "stopped")])
def test_a_step_that_failed_says_so(
    capsys: pytest.CaptureFixture[str], error: type[BaseException], result: str
) -> None:
    with pytest.raises(error), terminal.step("Making tea"):
        raise error
    assert lines(capsys) == [f" Making tea {result}"]


def said_on_a_terminal(**environment: str) -> str:
    """What our program writes if its standard output is a terminal."""
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", SAY], check=True, stdout=theirs, env={**os.environ, **environment})  # noqa: S603  # our own
    os.close(theirs)
    with os.fdopen(ours, "rb") as screen:
        return screen.read1(1000).decode()


def test_colors_are_for_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.warn("it rains")
    assert capsys.readouterr().out == "warning: it rains\n"
    assert COLORED in said_on_a_terminal(TERM="xterm", NO_COLOR="")


@pytest.mark.parametrize("wish", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb", "NO_COLOR": ""}])
def test_a_terminal_that_wants_no_colors_gets_none(wish: dict[str, str]) -> None:
    assert said_on_a_terminal(**wish).strip() == "warning: it rains"


def test_text_without_a_style_is_left_alone() -> None:
    assert terminal.add_style("plain", Style.PLAIN) == "plain"


def test_a_step_that_began_before_it_was_waited_for_counts_from_there(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.step("Making tea", since=time.monotonic() - 90):
        pass
    assert re.search(r"9\d\.\d s$", capsys.readouterr().out)
