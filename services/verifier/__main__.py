"""Runs a verifier worker: ``python -m services.verifier``."""

from services.verifier.app import wire
from shared.settings.processes import VerifierSettings
from shared.worker import run

run("verifier", VerifierSettings, wire)
