"""Tests of `services/console/web` that need no server."""
