"""Telling a lost connection's cancellation from one that is meant for us."""

import asyncio


def is_meant_for_us() -> bool:
    """Whether a CancelledError that just came up cancels this task, rather than only something that it awaited.

    aiormq cancels its own tasks when a connection is lost, and whoever awaits one of them sees a CancelledError.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
