"""One file an invariant: what was told and what is held, compared."""
