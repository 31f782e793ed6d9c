"""Runs the receiver: `python -m deploy.local traces PORT`."""

import sys

import uvicorn

from deploy.local.traces.receiver import create_app
from deploy.local.traces.store import SpanStore


def main() -> None:
    """Receives spans on loopback until SIGTERM, and forgets them then."""
    port = int(sys.argv[1])
    uvicorn.run(create_app(SpanStore()), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
