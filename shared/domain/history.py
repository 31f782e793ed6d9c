"""A cause in an application's history that is more than a message's name."""

from shared.contracts.commands import AbandonApplication

SESSION_OVER = f"{AbandonApplication.name()} (after Submit)"
"""A requester ended the session of what was submitted."""
