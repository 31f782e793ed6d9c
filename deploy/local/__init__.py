"""The whole system on one machine: what `make run` starts."""

PROJECT = "ace-portal-account-application"
"""This project's folder in the user's cache, for downloads other than the servers."""
