"""Logins of the console in the browser: making them, and checking passwords."""
