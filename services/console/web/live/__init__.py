"""How the system stands, looked at once for all who watch, kept for a day, and sent to open pages."""
