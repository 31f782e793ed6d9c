"""Rounds as tables and JSON."""
