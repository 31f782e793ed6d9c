"""Sealing of personal data, keyed fingerprints of codes and grants, blind indexes, and what logs may show."""
