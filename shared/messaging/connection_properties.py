"""What a process says about itself when it connects to the broker, for operators."""

KEYS = "ace_keys"
"""The fingerprints of its key rings, by purpose (`KeyRing.describe`)."""
