"""Sealing of personal data, keyed fingerprints of codes and grants, blind indexes, and redaction of logs."""
