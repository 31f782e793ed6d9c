"""Runs an intake worker: ``python -m services.intake``."""

from services.intake.app import wire
from shared.worker import run

run("intake", wire)
