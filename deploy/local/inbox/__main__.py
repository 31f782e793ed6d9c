"""Runs the inbox: `python -m deploy.local.inbox`."""

import argparse

import uvicorn

from deploy.local.inbox.mailbox import Mailbox
from deploy.local.inbox.page import create_app
from shared.settings import loading
from shared.settings.processes import Settings


def main() -> None:
    """Receives mail on ACE_SMTP_PORT and shows it on ACE_INBOX_PORT until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local inbox", description="A local inbox.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    host: str = parser.parse_args().host
    chosen = loading.read(Settings)
    app = create_app(Mailbox(chosen.data_dir / "inbox"), host, chosen.smtp_port)
    uvicorn.run(app, host=host, port=chosen.inbox_port, log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main()
