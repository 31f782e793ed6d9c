"""What the system takes, in figures. Nothing here is a test: machines differ and are noisy."""
