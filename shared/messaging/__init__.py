"""Exchanges and queues, the worker loop, retries and dead letters."""
