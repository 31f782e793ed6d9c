"""Tells a cancellation of this task from one that a lost connection causes."""

import asyncio


def is_meant_for_us() -> bool:
    """Whether the CancelledError just caught cancels this task, rather than something that it awaited.

    aiormq cancels its own tasks when a connection is lost, and code that awaits one of them gets a CancelledError.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
