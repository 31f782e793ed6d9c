"""Others' generators of models, with a lock of their own for each language."""
