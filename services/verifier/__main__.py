"""Runs a verifier worker: ``python -m services.verifier``."""

from services.verifier.app import wire
from shared.worker import run

run("verifier", wire)
