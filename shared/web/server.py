"""Serves a web application, and stops without visitors noticing."""

import asyncio
import resource
import signal
import socket

import uvicorn
from starlette.applications import Starlette

from shared.observability.health import EmbeddedServer
from shared.web.connections import BEING_TOLD, IN_ALL, WebServerState
from shared.web.http_protocol import HttpProtocol, limit_kernel
from shared.web.security_events import SecurityEvents

LINGER = 3.0
"""Seconds after the signal in which requests are still answered, with `Connection: close`.
If nobody holds the listening socket for us, new connections are accepted too: the load balancer needs a moment to see
that this process is no longer ready."""

GRACE = 15
"""Seconds after that for pages still being rendered."""

OTHER_FILES = 300
"""Files that a process opens beside visitors' connections, generously."""


class WebServer(EmbeddedServer):
    """Serves on one socket until it is told to stop. The application's `state.stopping` is set when that begins."""

    def __init__(
        self,
        app: Starlette,
        listening: socket.socket,
        events: SecurityEvents,
        *,
        outlives_us: bool,
        trusted_proxies: str,
        lingers: bool = True,
    ) -> None:
        """Limits what the kernel keeps, and raises the limit of open files.

        Args:
            app: what to serve.
            listening: where.
            events: where to tell what was refused.
            outlives_us: whether somebody else holds the socket, so that new connections wait for our successor.
            trusted_proxies: whose `X-Forwarded-*` headers count.
            lingers: whether to answer for `LINGER` after the signal. Needless where no load balancer looks.

        """
        super().__init__(
            uvicorn.Config(
                app,
                loop="none",
                http=HttpProtocol,
                log_config=None,
                access_log=False,
                server_header=False,
                forwarded_allow_ips=trusted_proxies,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self.server_state = WebServerState(trusted_proxies, events)
        limit_kernel(listening)
        _allow_files(IN_ALL + BEING_TOLD + OTHER_FILES)
        self._app = app
        self._listening = listening
        self._outlives_us = outlives_us
        self._lingers = lingers

    async def serve_until_stopped(self) -> None:
        """Serves until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        await self.serve(sockets=[self._listening])

    def stop(self) -> None:
        """Tells the server to stop. From now on it is not ready."""
        self._app.state.stopping.set()
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers the last requests, then lets uvicorn close what is left."""
        now = asyncio.get_running_loop().time
        end = now() + (LINGER if self._lingers else 0.0)
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        if self._outlives_us:
            for server in self.servers:
                server.close()
        while (self.server_state.connections or not self._outlives_us) and now() < end:  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def _allow_files(wanted: int) -> None:
    """Raises the limit of open files, if it may: out of files, nobody could be refused politely."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if now < wanted and now != resource.RLIM_INFINITY:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most)
        )
