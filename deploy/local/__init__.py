"""The whole system on one machine: what `make run` starts."""

PROJECT = "ace-portal-account-application"
"""The name of this project's folder in the user's cache, for what is downloaded besides the servers."""
