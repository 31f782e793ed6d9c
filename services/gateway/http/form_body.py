"""Takes a posted form in: from our own pages only, of bearable size, as names and values. Never fails on bad bytes."""

import asyncio
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from services.gateway.http.http_protocol import REQUEST_WITHIN

WHOLE = 64 * 1024
"""Bytes of a form that is taken as it is: its fields filled to their limits take about 15 KB."""

LARGEST = 1024 * 1024
"""Bytes of a form that is still read: what was pasted in error comes back, cut, with what is wrong with it."""

CUT = 4000
"""Characters that are left of each field of a form that is larger than `WHOLE`: more than any field accepts."""

DISCARDED = 8 * 1024 * 1024
"""Bytes that are read and thrown away so that whoever sent too much can still read the answer."""

MOST_FIELDS = 100


async def read_form(request: Request, public_host: str) -> dict[str, str]:
    """The fields of a form, the first of each name. Raises `HTTPException`: 400, 403, 408, 413, 415.

    Where the form is larger than people can mean it to be, the beginning of each field.
    """
    if _is_from_elsewhere(request, public_host):
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


def _is_from_elsewhere(request: Request, public_host: str) -> bool:
    """Whether another site's page sent it. Browsers say so; what says nothing has the token to prove itself."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return False
    try:
        host = urlsplit(origin).netloc.lower()
    except ValueError:
        return True
    return host not in {public_host.lower(), request.headers.get("host", "").lower()} - {""}
