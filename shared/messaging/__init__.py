"""Exchanges and queues, the processor, recovery and publishing."""
