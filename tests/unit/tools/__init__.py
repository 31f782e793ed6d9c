"""Tests of the tools that need no server."""
