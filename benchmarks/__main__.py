"""`make bench`: everything that is measured, one after another; `--short` is about a minute."""

import subprocess
import sys

SHORT = (
    ("pages",),
    ("application", "--way", "queues", "--applications", "100", "--rounds", "1"),
)
LONG = (
    ("pages",),
    ("application", "--against", "661abf7"),
    ("versus",),
    ("load_shape", "--way", "queues"),
    ("load_shape", "--way", "form"),
    ("memory",),
    ("flames",),
)


def main() -> int:
    """Runs the commands; returns the exit code of the first that fails."""
    for name, *options in SHORT if sys.argv[1:] == ["--short"] else LONG:
        print(f"\n{name} {' '.join(options)}", flush=True)
        code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
