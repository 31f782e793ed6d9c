"""How a server that starts reports to its caller. Standard library only."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

Progress = Callable[[str], AbstractContextManager[object]]
"""Called with the name of a download, which then runs inside the returned context."""

Warn = Callable[[str], None]
"""Called with one line that somebody should read, even though the server starts."""

log_warning: Warn = logging.getLogger("embedded_servers").warning
"""Logs the line. Without logging set up, Python prints it on standard error."""
