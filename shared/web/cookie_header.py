"""Reads a request's cookies in time proportional to their length."""

from starlette.requests import Request


def read_cookies(request: Request) -> dict[str, str]:
    """A request's cookies by name, as they were sent; the last one of each name.

    In place of `request.cookies`, which also undoes quoting. We quote nothing, and before Python 3.11.10, undoing it
    takes quadratic time: seven seconds for 64 KB (CVE-2024-7592).
    """
    pairs = (pair.partition("=") for header in request.headers.getlist("cookie") for pair in header.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
