"""One file per invariant: each compares what people were told with what the system holds."""
