"""A mail server that keeps what it is sent and shows it on a page: the local system's outside world of email."""
