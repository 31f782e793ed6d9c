"""Runs a notifier worker: ``python -m services.notifier``."""

from services.notifier.app import wire
from shared.worker import run

run("notifier", wire)
