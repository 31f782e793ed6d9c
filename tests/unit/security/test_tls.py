"""Clients of broker, database and mail server refuse a server that is not theirs, and say what is wrong.

What real servers refuse: `tests/integration/protection/test_tls.py`.
"""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import aio_pika
import aiosmtplib
import pytest
from structlog.testing import capture_logs

from shared.messaging import connection
from shared.messaging.amqp import BROKER_AWAY, explain_refusal
from shared.messaging.connection import make_broker, start_when_reachable
from shared.messaging.watchdog import Reach
from shared.security import tls
from shared.settings.processes import MailerSettings
from shared.storage import access, database
from shared.storage.access import wait_for_access
from shared.storage.errors import Untrusted
from tests.support.certificates import Certificates, make_for_tests

PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_for_tests(tmp_path_factory.mktemp("certificates"))


@contextmanager
def listening(certificates: Certificates, name: str | None) -> Iterator[int]:
    """A server that ends each connection once TLS stands; without a name, one that knows no TLS. Yields its port.

    Not of asyncio, whose servers hang up without telling a client what is wrong with its certificate.
    """
    context = certificates.serve(name) if name else None

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, suppress(OSError):
                client.settimeout(1)
                if context is None:
                    client.sendall(b"220 no TLS here\r\n")
                    client.recv(1)
                else:
                    end_after_handshake(client, context)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def end_after_handshake(client: socket.socket, context: ssl.SSLContext) -> None:
    """Ends a connection once what the client sent is read: otherwise a reset could overtake the alert."""
    with context.wrap_socket(client, server_side=True, do_handshake_on_connect=False) as encrypted:
        with suppress(ssl.SSLError):
            encrypted.do_handshake()
        socket.socket.shutdown(encrypted, socket.SHUT_WR)
        while socket.socket.recv(encrypted, 4096):
            pass


async def fail_at_broker(port: int, ca: Path, own: Path) -> str:
    url = f"amqps://ace:{PASSWORD}@127.0.0.1:{port}/?cafile={ca}&certfile={own}"
    with pytest.raises(BROKER_AWAY) as failed:
        await aio_pika.connect(url)
    return explain_refusal(failed.value)


async def fail_at_database(port: int, ca: Path, own: Path) -> str:
    files = f"tls=true&tlsCAFile={ca}&tlsCertificateKeyFile={own}"
    found = database.Database(f"mongodb://ace:{PASSWORD}@127.0.0.1:{port}/?{files}", "ace")
    with pytest.raises(Untrusted) as failed:
        await found.ping()
    await found.close()
    return str(failed.value)


async def fail_at_mail_server(port: int, ca: Path, own: Path) -> str:
    url = f"smtps://ace:{PASSWORD}@127.0.0.1:{port}?cafile={ca}&certfile={own}"
    settings = MailerSettings.model_validate({"smtp_url": url})
    with pytest.raises((aiosmtplib.SMTPException, OSError)) as failed:
        await aiosmtplib.SMTP(**settings.read_smtp_arguments()).connect()
    return tls.MAIL_SERVER.explain_failure(failed.value) or ""


@dataclass(frozen=True)
class Client:
    """A connection that fails, and how the server's URL names files."""

    fail: Callable[[int, Path, Path], Coroutine[Any, Any, str]]
    options: tls.TlsOptions


CLIENTS = {
    "broker": Client(fail_at_broker, tls.BROKER),
    "database": Client(fail_at_database, tls.DATABASE),
    "mail server": Client(fail_at_mail_server, tls.MAIL_SERVER),
}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(database, "SELECTION_MS", 200)
    return CLIENTS[request.param]


@pytest.mark.parametrize(
    ("server", "ca", "says"),
    [
        (
            "server",
            "other-ca",
            "is not signed by a CA that counts here: name its CA's file in {0.ca} ({0.setting})",
        ),
        ("elsewhere", "ca", "is for another host: connect to a name that is in it ({0.setting})"),
        (None, "ca", "speaks no TLS there, or another version: compare scheme and port ({0.setting})"),
    ],
)
async def test_a_server_that_is_not_ours_is_refused_in_a_line_that_says_what_to_do(
    certificates: Certificates, client: Client, server: str | None, ca: str, says: str
) -> None:
    with listening(certificates, server) as port:
        said = await client.fail(port, certificates.find(ca), certificates.find("intake"))
    assert said.endswith(says.format(client.options))
    assert PASSWORD not in said
    assert "\n" not in said


@pytest.mark.parametrize("fail", [fail_at_broker, fail_at_mail_server])  # of the database, only the real one tells
async def test_a_certificate_of_ours_that_is_refused_is_told_from_a_server_that_is_away(
    certificates: Certificates, fail: Callable[[int, Path, Path], Coroutine[Any, Any, str]]
) -> None:
    with listening(certificates, "server") as port:
        said = await fail(port, certificates.find("ca"), certificates.find("stranger"))
    assert "the one in certfile must be signed by its CA" in said


async def test_a_worker_says_once_why_it_does_not_trust_the_broker_and_tries_on(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PAUSE", 0.01)
    ca, own = certificates.find("other-ca"), certificates.find("intake")
    with listening(certificates, "server") as port, capture_logs() as logs:
        broker = make_broker(f"amqps://ace:{PASSWORD}@127.0.0.1:{port}/?cafile={ca}&certfile={own}", "intake")
        await call_often(monkeypatch, broker, "start", lambda: start_when_reachable(broker))
    (line,) = logs
    assert line["event"] == "waiting for the broker"
    assert line["reason"].endswith("name its CA's file in cafile (ACE_RABBITMQ_URL)")


async def test_a_worker_says_once_why_it_does_not_trust_the_database_and_tries_on(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "PAUSE", 0.01)
    monkeypatch.setattr(database, "SELECTION_MS", 50)
    with listening(certificates, "server") as port, capture_logs() as logs:
        files = f"tls=true&tlsCAFile={certificates.find('other-ca')}"
        found = database.Database(f"mongodb://ace:{PASSWORD}@127.0.0.1:{port}/?{files}", "ace")
        await call_often(monkeypatch, found, "check_access", lambda: wait_for_access(found, "intake"))
        await found.close()
    (line,) = logs
    assert line["event"] == "waiting for access to the database"
    assert line["reason"].endswith("name its CA's file in tlsCAFile (ACE_MONGODB_URL)")
    assert "docs/production.md" in line["to_do"]


async def test_a_worker_that_lost_the_broker_says_once_why_it_does_not_trust_it_any_more(
    certificates: Certificates,
) -> None:
    with listening(certificates, "elsewhere") as port, capture_logs() as logs:
        reach = Reach(f"amqps://ace:{PASSWORD}@127.0.0.1:{port}/?cafile={certificates.find('ca')}")
        assert not await reach.is_reachable()
        assert not await reach.is_reachable()
    (line,) = logs
    assert line["reason"].endswith("connect to a name that is in it (ACE_RABBITMQ_URL)")


async def call_often(
    monkeypatch: pytest.MonkeyPatch, target: Any, name: str, run: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Runs something until it has called a method of the target three times.

    The fourth call waits instead: cut short while connecting, aio-pika would go on connecting forever.
    """
    real, calls, often = getattr(target, name), count(1), asyncio.Event()

    async def call(*given: Any) -> Any:
        if next(calls) > 3:
            often.set()
            await asyncio.Event().wait()
        return await real(*given)

    monkeypatch.setattr(target, name, call)
    running = asyncio.create_task(run())
    async with asyncio.timeout(20):
        await often.wait()
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            "tlsv13 alert certificate required",
            "asks for a certificate of ours",
        ),
        ("tlsv1 alert unknown ca", "does not accept our certificate"),
        ("sslv3 alert certificate expired", "our certificate is expired"),
        ("certificate verify failed: certificate has expired", "the server's certificate is expired"),
    ],
)
def test_a_cause_is_found_behind_other_errors(words: str, says: str) -> None:
    error = RuntimeError("the outer one")
    error.__cause__ = ValueError("the inner one")
    error.__cause__.__context__ = OSError(words)
    error.__cause__.__context__.__context__ = error  # a ring, as asyncio leaves them
    assert says in (tls.BROKER.explain_failure(error) or "")


def test_another_failure_is_not_explained_by_tls() -> None:
    assert tls.BROKER.explain_failure(ConnectionRefusedError(111, "Connect call failed")) is None
