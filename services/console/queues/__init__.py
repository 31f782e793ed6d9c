"""How the queues stand, and what an operator should do about it."""
