"""What the services share; it knows none of them."""
