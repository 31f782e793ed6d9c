"""The inbox as a page, and its API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from deploy.local.inbox import receiver
from deploy.local.inbox.mailbox import Mailbox, ReceivedEmail

HERE = Path(__file__).parent
SHOWN = 200
OUR_PAGES = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
THEIR_HTML = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

templates = Jinja2Templates(HERE / "templates")


def create_app(mailbox: Mailbox, host: str, smtp_port: int) -> Starlette:
    """The page's application. While it runs, a mail server listens on `smtp_port` at the same address."""

    @asynccontextmanager
    async def run_mail_server(app: Starlette) -> AsyncIterator[None]:
        server = await receiver.listen(mailbox, host, smtp_port)
        yield
        server.close()

    # The inbox shows codes, so no other site may read it through a host name that resolves to loopback.
    names = ["127.0.0.1", "localhost"] if host == "127.0.0.1" else ["*"]
    app = Starlette(
        routes=[
            Route("/", show_list),
            Route("/messages/{id}", show_message),
            Route("/messages/{id}/html", show_html),
            Route("/messages/{id}/source", show_source),
            Route("/api/messages", list_messages, methods=["GET"]),
            Route("/api/messages", delete_messages, methods=["DELETE"]),
            Route("/livez", live),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names)],
        lifespan=run_mail_server,
    )
    app.state.mailbox = mailbox
    return app


def show_list(request: Request) -> Response:
    """The newest messages."""
    context = {"messages": _get_mailbox(request).list_messages(SHOWN), "total": len(_get_mailbox(request).list_ids())}
    return _render_page(request, "list.html", context)


def show_message(request: Request) -> Response:
    """One message, with its text and its HTML."""
    return _render_page(request, "message.html", {"message": _find_message(request)})


def show_html(request: Request) -> Response:
    """A message's HTML part, in a sandbox even when opened directly."""
    return HTMLResponse(_find_message(request).html, headers={"Content-Security-Policy": THEIR_HTML})


def show_source(request: Request) -> Response:
    """A message as it arrived."""
    source = _get_mailbox(request).read_source(request.path_params["id"])
    if source is None:
        raise HTTPException(404)
    return PlainTextResponse(source, headers={"X-Content-Type-Options": "nosniff"})


def list_messages(request: Request) -> Response:
    """Every message, newest first."""
    return JSONResponse([message.as_json() for message in _get_mailbox(request).list_messages()])


def delete_messages(request: Request) -> Response:
    """Deletes every message."""
    _get_mailbox(request).clear()
    return Response(status_code=204)


def live(request: Request) -> Response:
    """Answers if the process runs, which means that it takes mail."""
    return PlainTextResponse("ok\n")


def _get_mailbox(request: Request) -> Mailbox:
    mailbox: Mailbox = request.app.state.mailbox
    return mailbox


def _find_message(request: Request) -> ReceivedEmail:
    message = _get_mailbox(request).read_message(request.path_params["id"])
    if message is None:
        raise HTTPException(404, "There is no such message.")
    return message


def _render_page(request: Request, template: str, context: dict[str, object]) -> Response:
    return templates.TemplateResponse(request, template, context, headers={"Content-Security-Policy": OUR_PAGES})
