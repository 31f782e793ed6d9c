"""Runs a provisioner worker: ``python -m services.provisioner``."""

from services.provisioner.app import wire
from shared.worker import run

run("provisioner", wire)
