"""Tests of acectl that need no server."""
