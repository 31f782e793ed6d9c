"""A mail server that keeps every email it gets and shows them on a page."""
