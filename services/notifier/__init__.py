"""Writes emails and hands them to the mail server."""
