"""Issues codes, checks them, lets them expire."""
