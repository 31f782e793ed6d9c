"""Tests of `services/console/applications` that need no server."""
