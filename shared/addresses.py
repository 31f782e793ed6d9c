"""Settings that are addresses, judged when a program starts and not when they are first needed."""

from collections.abc import Callable
from email.utils import getaddresses
from ipaddress import ip_address, ip_network

from pydantic_core import PydanticCustomError

from shared.domain import email_address

MAILBOX = "must be one email address, such as no-reply@agency.gov or ACE Portal <no-reply@agency.gov>"


def listening(text: str) -> str:
    """An address to listen on."""
    if text != "localhost":
        _judge(ip_address, text, "must be an IP address, such as 127.0.0.1 or 0.0.0.0")
    return text


def proxies(text: str) -> str:
    """Addresses and networks with commas between them, ``*``, or nothing."""
    for part in text.split(",") if text not in ("", "*") else []:
        _judge(
            ip_network, part.strip(), "must be IP addresses or networks with commas between them, such as 10.0.0.0/8"
        )
    return text


def mailbox(text: str) -> str:
    """One email address, with a name or without."""
    found = getaddresses([text])
    if len(found) != 1 or "\n" in text:
        raise PydanticCustomError("address", MAILBOX)
    _judge(email_address.parse, found[0][1], MAILBOX)
    return text


def _judge(parse: Callable[[str], object], text: str, rule: str) -> None:
    try:
        parse(text)
    except ValueError:
        raise PydanticCustomError("address", rule) from None
