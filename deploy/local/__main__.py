"""`python -m deploy.local run` (what `make run` ends in) and `python -m deploy.local inbox`."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # until there is something to stop, Ctrl-C just ends it, without a word

from deploy.local import run  # noqa: E402
from deploy.local.inbox import __main__ as inbox  # noqa: E402

USAGE = "usage: python -m deploy.local run | inbox [--host ADDRESS]"


def main() -> int:
    """Runs what the first argument names; returns the exit code."""
    match sys.argv[1:]:
        case ["run"]:
            return run.main()
        case ["inbox", *arguments]:
            return inbox.main(arguments)
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
