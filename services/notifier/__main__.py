"""Runs a notifier worker: ``python -m services.notifier``."""

from services.notifier.app import wire
from shared.settings.processes import NotifierSettings
from shared.worker import run

run("notifier", NotifierSettings, wire)
