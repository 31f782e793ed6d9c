"""Addresses and names of the providers whose widget can replace our own check."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """A provider's addresses and names, from its documentation."""

    script: str
    """The script that draws the widget."""

    verify: str
    """The address that verifies solutions."""

    element: str
    """The class of the element that the script looks for."""

    field: str
    """The name of the field that holds the solution."""

    sources: Mapping[str, str]
    """What the page's Content-Security-Policy must also allow, by directive."""

    secret_of_account: bool = False
    """Whether one secret covers all sites of an account, so each request must name the site key."""


PROVIDERS: Mapping[str, Provider] = {
    "recaptcha": Provider(
        script="https://www.google.com/recaptcha/api.js",
        verify="https://www.google.com/recaptcha/api/siteverify",
        element="g-recaptcha",
        field="g-recaptcha-response",
        sources={
            "script-src": "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
            "frame-src": "https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
            "connect-src": "https://www.google.com/recaptcha/",
        },
    ),
    "hcaptcha": Provider(
        script="https://js.hcaptcha.com/1/api.js",
        verify="https://api.hcaptcha.com/siteverify",
        element="h-captcha",
        field="h-captcha-response",
        sources=dict.fromkeys(
            ("script-src", "frame-src", "style-src", "connect-src"), "https://hcaptcha.com https://*.hcaptcha.com"
        ),
        secret_of_account=True,
    ),
    "turnstile": Provider(
        script="https://challenges.cloudflare.com/turnstile/v0/api.js",
        verify="https://challenges.cloudflare.com/turnstile/v0/siteverify",
        element="cf-turnstile",
        field="cf-turnstile-response",
        sources=dict.fromkeys(("script-src", "frame-src"), "https://challenges.cloudflare.com"),
    ),
}


def widen_policy(policy: str, provider: Provider) -> str:
    """Adds the provider's sources to a Content-Security-Policy."""
    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    for directive, sources in provider.sources.items():
        directives[directive] = f"{directives.get(directive, '')} {sources}".strip()
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
