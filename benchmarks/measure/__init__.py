"""What a running system used: CPU time by program, and counts of the servers."""
