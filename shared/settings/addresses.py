"""Settings that are addresses, checked when a program starts and not when it first needs them."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from pydantic_core import PydanticCustomError

from shared.domain.fields import email_address

MAILBOX = "must be one email address, such as no-reply@agency.gov or ACE Portal <no-reply@agency.gov>"


def check_listening(text: str) -> str:
    """An address to listen on."""
    if text != "localhost":
        _judge(ip_address, text, "must be an IP address, such as 127.0.0.1 or 0.0.0.0")
    return text


def check_proxies(text: str) -> str:
    """Comma-separated addresses and networks, ``*``, or nothing."""
    for part in text.split(",") if text not in ("", "*") else []:
        _judge(
            ip_network, part.strip(), "must be IP addresses or networks with commas between them, such as 10.0.0.0/8"
        )
    return text


def check_mailbox(text: str) -> str:
    """One email address, with a name or without."""
    name, address = split_mailbox(text)
    if not name.isprintable() or re.search("[<>@]", name):
        raise PydanticCustomError("address", MAILBOX)
    _judge(email_address.parse, address, MAILBOX)
    return text


def split_mailbox(text: str) -> tuple[str, str]:
    """The name and the address of a mailbox setting. A name never needs quotation marks."""
    named = re.fullmatch(r"(.*)<([^<>]*)>\s*", text, re.DOTALL)
    if not named:
        return "", text.strip()
    name, address = named[1].strip(), named[2]
    if quoted := re.fullmatch(r'"(.*)"', name, re.DOTALL):
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    return name, address


def _judge(parse: Callable[[str], object], text: str, rule: str) -> None:
    try:
        parse(text)
    except ValueError:
        raise PydanticCustomError("address", rule) from None
