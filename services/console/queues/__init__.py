"""The state of the queues, and what operators should do about it."""
