"""What containers need once, before the services start."""
