"""The whole system on one machine: what `make run` starts, and the servers that tests use."""
