"""Reads a posted form: only from our own pages, and only up to a size. Invalid bytes do not make it fail."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from shared.web.http_protocol import REQUEST_WITHIN

WHOLE = 64 * 1024
"""Largest form, in bytes, that is kept whole: fields filled to their limits take about 15 KB."""

LARGEST = 1024 * 1024
"""Largest form, in bytes, that is read: text pasted by mistake comes back, cut, with an error."""

CUT = 4000
"""Characters kept of each field if the form is larger than `WHOLE`: more than any field accepts."""

DISCARDED = 8 * 1024 * 1024
"""Bytes to read and discard, so that a browser that sent too much can still read the answer."""

MOST_FIELDS = 100

PORTS = {"http": 80, "https": 443}
"""The ports that addresses do not name."""


async def read_form(request: Request, public_origin: str) -> dict[str, str]:
    """Reads a form's fields, the first of each name. Raises `HTTPException`: 400, 403, 408, 413, 415.

    `public_origin`: scheme and host of the form's public address; empty if they are taken from each request.

    If the form is larger than anybody would type, keeps only the beginning of each field.
    """
    if _is_from_elsewhere(request, public_origin):
        raise HTTPException(403)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    try:
        async with asyncio.timeout(REQUEST_WITHIN):
            body = await _read_body(request)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise HTTPException(413) from None
    longest = None if len(body) <= WHOLE else CUT
    return {name: value[:longest] for name, value in reversed(pairs)}


async def _read_body(request: Request) -> bytearray:
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > DISCARDED:
            break
        if size <= LARGEST:
            body += chunk
    if size > LARGEST:
        raise HTTPException(413)
    return body


def read_origin(url: str) -> str | None:
    """Scheme, host and port of an address, in one spelling: as browsers write them. `None` if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in PORTS:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


def _is_from_elsewhere(request: Request, public_origin: str) -> bool:
    """Whether another site's page sent the form. Browsers say so; without their headers, its token or cookie decides.

    Where a public address is set, `Origin` must be that, also if the browser finds the page to be of the same origin:
    it may know us by a name that somebody else made for our address.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return True
    if origin is None or (site == "same-origin" and (origin == "null" or not public_origin)):
        return False
    own = public_origin or read_origin(f"{request.url.scheme}://{request.headers.get('host', '')}")
    return own is None or read_origin(origin) != own
