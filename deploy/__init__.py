"""Deployment: `local` (make run), containers, broker definitions, sample data."""
