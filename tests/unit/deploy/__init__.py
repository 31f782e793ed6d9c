"""Tests of the deployments that need no server."""
