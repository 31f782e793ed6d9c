"""Tests of `services/console/emails` that need no server."""
