"""How the system is deployed: `local` (make run), containers, broker definitions, sample data."""
