"""Previews of every email, with made-up people: `make emails`."""
