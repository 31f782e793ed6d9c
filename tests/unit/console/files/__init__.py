"""Tests of `services/console/files` that need no server."""
