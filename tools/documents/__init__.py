"""Documents generated from the code: `make documents`."""
