"""A mail server that keeps every email it receives and shows them on a page."""
