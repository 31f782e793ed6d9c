"""Countries, states and postal codes, as people write them and as the post does."""
