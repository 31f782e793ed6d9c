"""Runs an intake worker: ``python -m services.intake``."""

from services.intake.app import wire
from shared.settings.processes import IntakeSettings
from shared.worker import run

run("intake", IntakeSettings, wire)
