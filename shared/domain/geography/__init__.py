"""Countries, states and postal codes, as people and postal services write them."""
