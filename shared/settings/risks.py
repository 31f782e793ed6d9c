"""What production refuses, by name: `ACE_PRODUCTION_ALLOWS` takes these names, and no others."""

from enum import StrEnum

from pydantic_core import PydanticCustomError


class Risk(StrEnum):
    """Something that is fine for trying the system out, and that production refuses."""

    WELL_KNOWN_PASSWORD = "well-known-password"  # noqa: S105  # a name, not a password
    NO_DATABASE_LOGIN = "no-database-login"
    PLAIN_AMQP = "plain-amqp"
    PLAIN_MONGODB = "plain-mongodb"
    PLAIN_SMTP = "plain-smtp"
    PLAIN_MANAGEMENT = "plain-management"
    UNVERIFIED_TLS = "unverified-tls"
    UNSTAMPED_BROKER = "unstamped-broker"
    RATE_LIMIT_OFF = "rate-limit-off"
    CHALLENGE_OFF = "challenge-off"
    EVERY_PROXY_TRUSTED = "every-proxy-trusted"
    UNNAMED_GATEWAYS = "unnamed-gateways"
    LONG_CODE_LIFETIME = "long-code-lifetime"
    DEBUG_LOGS = "debug-logs"
    HTTP_PUBLIC_URL = "http-public-url"
    HTTP_CONSOLE_URL = "http-console-url"
    MADE_UP_SETTINGS = "made-up-settings"
    DEVELOPMENT_KEYS = "development-keys"


def parse(text: str) -> frozenset[Risk]:
    """The risks in a list with commas. Raises `ValueError` for a name that is none."""
    names = {part.strip() for part in text.split(",")} - {""}
    if unknown := names - set(Risk):
        raise ValueError(f"{', '.join(sorted(unknown))}: not one of {', '.join(Risk)}")
    return frozenset(map(Risk, names))


def check_allowed(text: str) -> str:
    """The setting's value, if it names risks only."""
    try:
        parse(text)
    except ValueError as error:
        raise PydanticCustomError("risk", "{reason}", {"reason": str(error)}) from None
    return text
