"""Certificates for TLS: those of the documented example, and a stranger's."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from deploy.tls.make_certificates import make_authority, make_certificates


@dataclass(frozen=True)
class Certificates:
    """A folder of PEM files: ``ca``, a server each for this machine and another, our programs, ``stranger``."""

    folder: Path

    def find(self, name: str) -> Path:
        return self.folder / f"{name}.pem"

    def serve(self, name: str = "server") -> ssl.SSLContext:
        """What a server with this certificate needs. It requires one of its clients."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.find("ca"))
        context.load_cert_chain(self.find(name))
        context.verify_mode = ssl.CERT_REQUIRED
        return context


def make_for_tests(folder: Path) -> Certificates:
    """Makes them."""
    make_certificates(folder, {"server": ["127.0.0.1", "localhost"], "elsewhere": ["elsewhere.example"]})
    other = make_authority("Another certificate authority")
    (folder / "other-ca.pem").write_bytes(other.certificate.public_bytes(Encoding.PEM))
    (folder / "stranger.pem").write_bytes(other.issue("gateway"))
    return Certificates(folder)
