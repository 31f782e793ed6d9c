"""Code that the services share. It imports none of them."""
