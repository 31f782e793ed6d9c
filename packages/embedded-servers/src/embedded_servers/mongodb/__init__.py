"""A MongoDB server, where its program is, and its replica set."""

from embedded_servers.mongodb.server import MongoDB

__all__ = ["MongoDB"]
