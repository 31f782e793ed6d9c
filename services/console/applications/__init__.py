"""Applications as an operator finds and sees them."""
