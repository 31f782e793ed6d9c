"""Makes a certificate authority, and certificates for servers and for our programs.

Runs as ``python -m deploy.tls.make_certificates FOLDER rabbitmq=HOST,HOST mongodb=HOST mail=HOST``. Each file is PEM:
``ca.pem`` for everybody; ``ca-key.pem`` for nobody but this program; ``<server>.pem`` and ``<program>.pem`` with a
certificate and its key. Running it again keeps the authority and replaces the certificates.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.services import PROGRAMS
from shared import clock

CA, CA_KEY = "ca.pem", "ca-key.pem"
CA_VALID = timedelta(days=3650)
VALID = timedelta(days=398)
SKEW = timedelta(minutes=5)
"""Certificates are valid from this long before now, for clocks that are behind."""


@dataclass(frozen=True)
class Authority:
    """What signs certificates."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey

    def issue(self, name: str, hosts: Sequence[str] = ()) -> bytes:
        """A certificate and its key: a server's with hosts, otherwise a client's.

        A server's is a client's too, because the members of a replica set connect to each other.
        """
        key = generate_private_key(SECP256R1())
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if hosts else [])]
        own = x509.SubjectKeyIdentifier.from_public_key(self.certificate.public_key())
        builder = (
            _describe(name, key, VALID)
            .issuer_name(self.certificate.subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_allow(signing=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_name_host(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM) + _write_key(key)


def make_authority(name: str = "ACE certificate authority") -> Authority:
    """A new authority."""
    key = generate_private_key(SECP256R1())
    builder = _describe(name, key, CA_VALID).issuer_name(_name_subject(name))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_allow(certificates=True), critical=True)
    return Authority(builder.sign(key, SHA256()), key)


def load_authority(folder: Path) -> Authority:
    """The authority in this folder; the first call makes it."""
    certificate, key_file = folder / CA, folder / CA_KEY
    if not key_file.exists():
        made = make_authority()
        _write(certificate, made.certificate.public_bytes(Encoding.PEM), 0o644)
        _write(key_file, _write_key(made.key), 0o600)
        return made
    key = load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} holds a key of another kind than this program makes")
    return Authority(x509.load_pem_x509_certificate(certificate.read_bytes()), key)


def make_certificates(folder: Path, servers: dict[str, list[str]]) -> list[Path]:
    """Writes a certificate for each server, by name with its hosts, and for each of our programs."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = load_authority(folder)
    wanted = {**servers, **{program: [] for program in PROGRAMS}}
    return [
        _write(folder / f"{name}.pem", authority.issue(name, hosts), 0o600) for name, hosts in sorted(wanted.items())
    ]


def _describe(name: str, key: EllipticCurvePrivateKey, valid: timedelta) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(_name_subject(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + valid)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _allow(*, signing: bool = False, certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name_subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _name_host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_key(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes, mode: int) -> Path:
    """Writes a file completely or not at all, readable by nobody else before it is complete."""
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    partial.chmod(mode)
    return partial.rename(file)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="make_certificates", description="Certificates for TLS between our servers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("servers", nargs="+", metavar="NAME=HOST,HOST", help="a server, and all its hosts")
    given = parser.parse_args()
    servers = {name: hosts.split(",") for name, _, hosts in (text.partition("=") for text in given.servers) if hosts}
    if len(servers) != len(given.servers):
        parser.error("a server is NAME=HOST,HOST")
    os.umask(0o077)
    for file in make_certificates(given.folder, servers):
        print(file)  # noqa: T201  # this is a command


if __name__ == "__main__":
    main()
