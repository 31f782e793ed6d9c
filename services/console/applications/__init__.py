"""Applications: how operators find and see them."""
