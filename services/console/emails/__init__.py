"""Emails as operators see them: which are not out, and sending one again."""
