"""TLS for a server: what it shows to clients, and what it asks of them."""

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tls:
    """PEM files. A server that has them takes nothing but TLS, and only clients whose certificate is of the same CA."""

    ca: Path
    server: Path
    """The server's certificate and its key, in one file. Names 127.0.0.1; MongoDB also uses it as a client."""
    client: Path
    """A client's certificate and its key, in one file: whoever starts the server asks with it whether it is ready."""

    def make_context(self) -> ssl.SSLContext:
        """What a client needs to connect."""
        context = ssl.create_default_context(cafile=self.ca)
        context.load_cert_chain(self.client)
        return context
