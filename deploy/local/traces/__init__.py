"""Keeps the latest spans of a system on one machine in memory: what a collector would be given elsewhere."""
