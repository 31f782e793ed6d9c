"""TLS to broker, database and mail server: the files that their URLs name, and why a connection failed."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class TlsOptions:
    """How the URL of a server names its files (PEM). Broker and database: as their clients read them."""

    setting: str
    ca: str
    """The certificates that sign the server's. Without it, those that the system trusts count."""
    certificate: str
    """Our own certificate. Its key is in the same file, or in that of `key`."""
    key: str | None = None

    def find_files(self, url: str) -> dict[str, str]:
        """The files in a server's URL, by option."""
        given = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
        names = (self.ca, self.certificate, self.key)
        return {name: given[name.lower()] for name in names if name and name.lower() in given}

    def make_context(self, url: str) -> ssl.SSLContext:
        """What connects to this server. It verifies certificate and host name.

        Raises `OSError` (as which `ssl.SSLError` counts) if a file is missing or is not what it should be.
        """
        files = self.find_files(url)
        context = ssl.create_default_context(cafile=files.get(self.ca))
        if self.certificate in files:
            context.load_cert_chain(files[self.certificate], files.get(self.key or ""))
        return context

    def explain_failure(self, error: BaseException) -> str | None:
        """Why no TLS connection came about, and what to do; None if that is not what failed."""
        said = " ".join(map(str, _find_causes(error))).lower()
        for words, reason in REASONS:
            if any(word in said for word in words):
                return f"no TLS connection: {reason.format(self)} ({self.setting})"
        return None


BROKER = TlsOptions("ACE_RABBITMQ_URL", "cafile", "certfile", "keyfile")
DATABASE = TlsOptions("ACE_MONGODB_URL", "tlsCAFile", "tlsCertificateKeyFile")
MAIL_SERVER = TlsOptions("ACE_SMTP_URL", "cafile", "certfile", "keyfile")

REASONS = (
    (
        ("hostname mismatch", "ip address mismatch", "doesn't match"),
        "the server's certificate is for another host: connect to a name that is in it",
    ),
    (
        ("certificate has expired", "certificate is not yet valid"),
        "the server's certificate is expired or not yet valid: renew it, or set this machine's clock",
    ),
    (
        ("certificate verify failed",),
        "the server's certificate is not signed by a CA that counts here: name its CA's file in {0.ca}",
    ),
    (
        ("certificate required", "alert handshake failure", "peer did not return a certificate"),
        "the server asks for a certificate of ours: name its file in {0.certificate}",
    ),
    (
        ("alert certificate expired",),
        "our certificate is expired: renew the file in {0.certificate}",
    ),
    (
        ("alert unknown ca", "alert bad certificate", "alert certificate unknown", "alert unsupported certificate"),
        "the server does not accept our certificate: the one in {0.certificate} must be signed by its CA",
    ),
    (
        ("wrong version number", "record layer failure", "alert protocol version"),
        "the server speaks no TLS there, or another version: compare scheme and port",
    ),
)
"""What OpenSSL says of a failure, and what that means. The database's driver keeps only the words."""


def _find_causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it. Libraries' chains may be rings."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
