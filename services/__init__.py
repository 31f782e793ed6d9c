"""One package a service; none imports another."""
