"""How commands are written: their groups and options, and how one is run."""
