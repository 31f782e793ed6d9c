"""Dead letters behind the console's pages: one reader and one action at a time."""
