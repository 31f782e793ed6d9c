"""Tests of `services/console/commands` that need no server."""
