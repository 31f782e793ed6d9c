"""Runs a provisioner worker: ``python -m services.provisioner``."""

from services.provisioner.app import wire
from shared.settings.processes import ProvisionerSettings
from shared.worker import run

run("provisioner", ProvisionerSettings, wire)
