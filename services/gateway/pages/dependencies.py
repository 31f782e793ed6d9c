"""What the pages need, made once when the form starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from services.gateway.broker_client import BrokerClient
from services.gateway.challenge.verification import Verification
from services.gateway.http.form_token import Tokens
from services.gateway.http.session_cookie import Cookies
from services.gateway.journey.commands import Commands
from services.gateway.journey.progress import Progress, Waits
from services.gateway.views.assets import Assets, MissingPackages
from services.gateway.views.rendering import Rendering
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import Sealer
from shared.settings import SettingError, Settings, key_ring


@dataclass(frozen=True)
class Dependencies:
    """All that pages need; made once."""

    cookies: Cookies
    tokens: Tokens
    commands: Commands
    progress: Progress
    verification: Verification
    assets: Assets
    rendering: Rendering
    clock: Callable[[], datetime]
    waits: Waits
    public_host: str
    code_lifetime: timedelta

    @classmethod
    def open(
        cls, settings: Settings, client: BrokerClient, clock: Callable[[], datetime], waits: Waits
    ) -> "Dependencies":
        """Raises `SettingError` where a key or the frontend's packages are missing."""
        try:
            assets = Assets(settings.frontend_dir)
        except MissingPackages as error:
            raise SettingError(f"ACE_FRONTEND_DIR: {error}") from None
        cookie = key_ring(settings, "cookie")
        commands = Commands(Sealer(key_ring(settings, "commands")), Fingerprints(cookie))
        return cls(
            cookies=Cookies(Sealer(cookie), secure=is_secure(settings)),
            tokens=Tokens(Sealer(cookie)),
            commands=commands,
            progress=Progress(client, commands, clock, waits),
            verification=Verification(settings),
            assets=assets,
            rendering=Rendering(settings, assets),
            clock=clock,
            waits=waits,
            public_host=urlsplit(str(settings.public_url)).netloc if settings.public_url else "",
            code_lifetime=timedelta(seconds=settings.code_lifetime),
        )


def is_secure(settings: Settings) -> bool:
    """Whether people reach the form over https."""
    return settings.public_url is not None and settings.public_url.scheme == "https"
