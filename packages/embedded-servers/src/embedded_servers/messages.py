"""What is said to whoever starts a server. Standard library only."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

Progress = Callable[[str], AbstractContextManager[object]]
"""Called with the name of a download, which then runs inside the returned context."""

Warn = Callable[[str], None]
"""Called with one line that somebody should read although the server starts."""

log_warning: Warn = logging.getLogger("embedded_servers").warning
"""Logs it. Python prints such a line on standard error where nobody has set up logging."""
