"""The commands `run` (for `make run`), `restart`, `inbox` and `traces` of `python -m deploy.local`."""

import runpy
import signal
import sys

USAGE = "usage: python -m deploy.local run | restart [SERVICE...] | inbox [--host ADDRESS] | traces PORT"


def main() -> None:
    """Runs the module that the first argument names."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until there is something to stop, Ctrl-C just exits
    match sys.argv[1:]:
        case ["run"] | ["restart", *_] | ["inbox", *_] | ["traces", _] as arguments:
            del sys.argv[1]
            runpy.run_module(f"deploy.local.{arguments[0]}", run_name="__main__", alter_sys=True)
        case _:
            sys.exit(USAGE)


if __name__ == "__main__":
    main()
