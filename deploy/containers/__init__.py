"""One-time setup of the containers, before the services start."""
