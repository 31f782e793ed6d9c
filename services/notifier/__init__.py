"""Writes the letters and hands them to the mail server."""
