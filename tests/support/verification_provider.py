"""Another provider's server, a real HTTP server that says whether a solution is right."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from pydantic import HttpUrl, SecretStr


@dataclass
class Vendor:
    """What the provider was asked, and its reply."""

    url: HttpUrl
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    status: int = 200
    answer: Any = field(default_factory=lambda: {"success": True, "hostname": "apply.example"})
    used: set[str] = field(default_factory=set)


@contextmanager
def playing() -> Iterator[Vendor]:
    """Runs the provider during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            played.asked.append(asked)
            answer = played.answer
            if asked["response"][0] in played.used:
                answer = {"success": False, "error-codes": ["timeout-or-duplicate"]}
            played.used.add(asked["response"][0])
            self.send_response(played.status)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played = Vendor(HttpUrl(f"http://127.0.0.1:{server.server_port}/siteverify"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield played
    server.shutdown()
    server.server_close()


def account(vendor: Vendor, **settings: Any) -> dict[str, Any]:
    return {
        "challenge": "always",
        "challenge_provider": "turnstile",
        "challenge_site_key": "site-key",
        "challenge_secret": SecretStr("our secret"),
        "challenge_verify_url": vendor.url,
        "public_url": HttpUrl("http://apply.example/"),
    } | settings
