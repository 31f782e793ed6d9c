"""Tests of `services/console/dead_letters` that need no server."""
