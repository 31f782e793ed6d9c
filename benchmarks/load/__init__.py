"""People who apply, through the form or through the queues, and their mail server."""
