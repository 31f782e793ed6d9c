"""What production refuses (`ACE_PRODUCTION`). `acectl doctor` shows the same findings before it is set."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.security.keys import DEVELOPMENT
from shared.settings import risks
from shared.settings.groups import PREFIX, ProcessSettings, SettingError
from shared.settings.risks import Risk

WELL_KNOWN = frozenset(
    {"", "ace", "admin", "changeme", "guest", "mongodb", "password", "rabbitmq", "root", "secret", "test"}
)
"""Passwords that anybody tries first. A password that is the user's name is one, too."""

LONGEST_CODE_LIFETIME = 600
"""Seconds. NIST SP 800-63B-4 lets a secret that travels out of band be valid for ten minutes."""

NARROWEST = 8
"""Bits of a proxy's network: 10.0.0.0/8 and fd00::/8 are somebody's own; anything wider is strangers."""

MADE_UP = (
    "public_url",
    "console_url",
    "portal_url",
    "mail_from",
    "mail_reply_to",
    "service_desk_phone",
    "service_desk_email",
    "banner",
    "banner_details",
    "identifier",
)
"""Settings whose defaults are only good for trying out the system."""

MADE_UP_DOMAIN = "ace.example"

UNVERIFIED = {
    "no_verify_ssl": {"1", "true"},
    "tlsinsecure": {"true"},
    "tlsallowinvalidcertificates": {"true"},
    "tlsallowinvalidhostnames": {"true"},
}
"""Options in lower case that have the clients of broker and database accept any certificate, or any host."""


@dataclass(frozen=True)
class Finding:
    """A risk, and the settings that make it one."""

    risk: Risk
    names: tuple[str, ...]
    """The settings' names in lower case, without `PREFIX`."""
    says: str
    """What is wrong, and what to do. Never a value, which may hold a password."""

    def __str__(self) -> str:
        return f"{', '.join(PREFIX + name.upper() for name in self.names)} {self.says}"


UNSTAMPED = Finding(
    Risk.UNSTAMPED_BROKER,
    ("rabbitmq_url",),
    "is a broker that does not stamp the time of arrival, so gateways could backdate codes: give every node"
    " the settings in deploy/rabbitmq/90-ace.conf",
)
"""What only a connection can tell."""


def refuse_risks(settings: ProcessSettings) -> None:
    """Raises `SettingError` with a line for each risk that production refuses."""
    refuse(settings, find_risks(settings))


def refuse(settings: ProcessSettings, findings: Iterable[Finding]) -> None:
    """In production, raises `SettingError` with a line for each finding that is not allowed on purpose."""
    allowed = risks.parse(settings.production_allows)
    refused = [finding for finding in findings if settings.production and finding.risk not in allowed]
    if refused:
        lines = [f"{finding}. To allow it on purpose: {PREFIX}PRODUCTION_ALLOWS={finding.risk}" for finding in refused]
        raise SettingError("\n".join(lines))


def find_risks(settings: ProcessSettings) -> list[Finding]:
    """Every risk in what this process reads, allowed or not."""
    return [finding for check in CHECKS for finding in check(settings)]


def _check_broker(settings: ProcessSettings) -> Iterator[Finding]:
    if text := _read(settings, "rabbitmq_url"):
        url = urlsplit(text)
        if not url.username:
            yield _find_well_known("rabbitmq_url", "has no user and password, so guest/guest is tried")
        elif _is_well_known(unquote(url.username), unquote(url.password or "")):
            yield _find_well_known("rabbitmq_url")
        if url.scheme != "amqps":
            says = "is plain amqp: passwords and messages can be read and changed on their way; use amqps://"
            yield Finding(Risk.PLAIN_AMQP, ("rabbitmq_url",), says)
        yield from _find_unverified("rabbitmq_url", text)
    management = _read(settings, "rabbitmq_management_url")
    if management and management.startswith("http://") and not _is_loopback(urlsplit(management).hostname):
        says = "is plain http: the administrator's password can be read on its way; use https://"
        yield Finding(Risk.PLAIN_MANAGEMENT, ("rabbitmq_management_url",), says)


def _check_database(settings: ProcessSettings) -> Iterator[Finding]:
    text = _read(settings, "mongodb_url")
    if not text:
        return
    url, options = urlsplit(text), _read_options(text)
    if not url.username and options.get("authmechanism", "").upper() != "MONGODB-X509":
        says = "names no user: anybody who reaches the database could do everything; give each service its own"
        yield Finding(Risk.NO_DATABASE_LOGIN, ("mongodb_url",), says)
    elif url.username and _is_well_known(unquote(url.username), unquote(url.password or "")):
        yield _find_well_known("mongodb_url")
    if options.get("tls", options.get("ssl", "")).lower() != "true":
        says = "is without TLS: passwords and records can be read and changed on their way; add tls=true"
        yield Finding(Risk.PLAIN_MONGODB, ("mongodb_url",), says)
    yield from _find_unverified("mongodb_url", text)


def _check_mail_server(settings: ProcessSettings) -> Iterator[Finding]:
    text = _read(settings, "smtp_url")
    if not text:
        return
    url = urlsplit(text)
    if url.username and _is_well_known(unquote(url.username), unquote(url.password or "")):
        yield _find_well_known("smtp_url")
    if url.scheme == "smtp" and not _is_loopback(url.hostname):
        says = "is plain smtp: codes can be read on their way; use smtps:// or smtp+starttls://"
        yield Finding(Risk.PLAIN_SMTP, ("smtp_url",), says)


def _check_passwords(settings: ProcessSettings) -> Iterator[Finding]:
    """The passwords that `acectl` gives to users."""
    for name in type(settings).model_fields:
        server, _, user = name.partition("_password_")
        password = getattr(settings, name)
        if server in ("broker", "database") and password and _is_well_known(user, password.get_secret_value()):
            yield _find_well_known(name)


def _check_guards(settings: ProcessSettings) -> Iterator[Finding]:
    """What stands against strangers."""
    if _read(settings, "rate_limit") == "off":
        says = "is off: anybody can guess numbers and fill mailboxes without end"
        yield Finding(Risk.RATE_LIMIT_OFF, ("rate_limit",), says)
    if _read(settings, "challenge") == "off":
        yield Finding(Risk.CHALLENGE_OFF, ("challenge",), "is off: nothing slows programs down; use auto")
    if _trusts_everybody(_read(settings, "trusted_proxies") or ""):
        says = "trusts everybody: visitors could claim any address; name the proxies"
        yield Finding(Risk.EVERY_PROXY_TRUSTED, ("trusted_proxies",), says)
    if "trusted_gateways" in set(type(settings).model_fields) - settings.model_fields_set:
        says = "is unset: say whose human verification is believed, or with an empty value that nobody's is"
        yield Finding(Risk.UNNAMED_GATEWAYS, ("trusted_gateways",), says)
    if int(_read(settings, "code_lifetime") or 0) > LONGEST_CODE_LIFETIME:
        says = f"is over {LONGEST_CODE_LIFETIME} s: more time to guess codes (NIST SP 800-63B-4)"
        yield Finding(Risk.LONG_CODE_LIFETIME, ("code_lifetime",), says)
    if settings.log_level == "debug":
        yield Finding(Risk.DEBUG_LOGS, ("log_level",), "is debug: it shows more than operators need; use info")


def _check_site(settings: ProcessSettings) -> Iterator[Finding]:
    for name, risk in {"public_url": Risk.HTTP_PUBLIC_URL, "console_url": Risk.HTTP_CONSOLE_URL}.items():
        if (_read(settings, name) or "").startswith("http://"):
            says = "is not https: cookies travel with it, and can be read on their way"
            yield Finding(risk, (name,), says)
    fields = type(settings).model_fields
    made_up = [
        name for name in MADE_UP if name in fields and _is_made_up(getattr(settings, name), fields[name].default)
    ]
    if made_up:
        says = f"{'is' if len(made_up) == 1 else 'are'} unset or made up: say who runs this site, and where it is"
        yield Finding(Risk.MADE_UP_SETTINGS, tuple(made_up), says)


def _check_keys(settings: ProcessSettings) -> Iterator[Finding]:
    rings = {name: _read(settings, name) or "" for name in type(settings).model_fields if name.startswith("keys_")}
    made = tuple(
        name for name, ring in rings.items() if any(id.strip().startswith(DEVELOPMENT) for id in ring.split(","))
    )
    if made:
        says = "holds keys that were made for trying the system out; acectl keys new makes others"
        yield Finding(Risk.DEVELOPMENT_KEYS, made, says)


CHECKS: tuple[Callable[[ProcessSettings], Iterable[Finding]], ...] = (
    _check_broker,
    _check_database,
    _check_mail_server,
    _check_passwords,
    _check_guards,
    _check_site,
    _check_keys,
)


def _read(settings: ProcessSettings, name: str) -> str | None:
    """A setting as a string; None if it is unset, or this process does not read it."""
    return settings.need(name) if getattr(settings, name, None) is not None else None


def _find_well_known(name: str, says: str = "has a password that anybody would try first") -> Finding:
    return Finding(Risk.WELL_KNOWN_PASSWORD, (name,), f"{says}; choose a long random one")


def _is_well_known(user: str, password: str) -> bool:
    return password.lower() in WELL_KNOWN or password == user


def _find_unverified(name: str, url: str) -> Iterator[Finding]:
    wrong = [option for option, value in _read_options(url).items() if value.lower() in UNVERIFIED.get(option, ())]
    if wrong:
        says = f"has {', '.join(wrong)}: anybody could pose as the server; name its CA instead"
        yield Finding(Risk.UNVERIFIED_TLS, (name,), says)


def _read_options(url: str) -> dict[str, str]:
    """The options of a URL. The database's driver ignores the case of their names."""
    return {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}


def _is_loopback(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def _trusts_everybody(proxies: str) -> bool:
    if proxies == "*":
        return True
    return any(ip_network(part.strip()).prefixlen < NARROWEST for part in proxies.split(",") if part.strip())


def _is_made_up(value: Any, default: Any) -> bool:
    return value == default or MADE_UP_DOMAIN in str(value)
