"""Accepts applications: the four validations, and later the account details."""
