"""What the providers whose widget can be used instead of our own have of their own."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """Addresses and names of a provider, as its documentation gives them."""

    script: str
    """Draws the widget."""

    verify: str
    """Where solutions are verified."""

    element: str
    """Class of the element that the script looks for."""

    field: str
    """Name of the field in which the solution comes."""

    sources: Mapping[str, str]
    """What the page's Content-Security-Policy has to allow besides, by directive."""

    secret_of_account: bool = False
    """Whether its secret is for all sites of an account, so that a solution has to be asked about with its site key."""


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
    """A Content-Security-Policy with the provider's sources added."""
    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    for directive, sources in provider.sources.items():
        directives[directive] = f"{directives.get(directive, '')} {sources}".strip()
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())
