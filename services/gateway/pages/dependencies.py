"""What every page needs, made once at startup."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from services.gateway.challenge.address_watch import AddressWatch
from services.gateway.challenge.verification import Verification
from services.gateway.http.form_token import FormTokens
from services.gateway.http.session_cookie import SessionCookie
from services.gateway.journey.broker import Broker
from services.gateway.journey.commands import Commands
from services.gateway.journey.progress import Progress, Waits
from services.gateway.views.assets import load_assets
from services.gateway.views.rendering import Rendering
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.sealing import Sealer
from shared.settings.groups import SettingError
from shared.settings.loading import load_key_ring
from shared.settings.processes import GatewaySettings
from shared.web.assets import Assets, MissingPackages
from shared.web.form_body import read_origin
from shared.web.security_events import SecurityEvents


@dataclass(frozen=True)
class Dependencies:
    """The objects that all pages share."""

    cookie: SessionCookie
    tokens: FormTokens
    commands: Commands
    progress: Progress
    verification: Verification
    assets: Assets
    rendering: Rendering
    clock: Callable[[], datetime]
    waits: Waits
    networks: BlindIndex
    addresses: AddressWatch
    events: SecurityEvents
    public_origin: str
    code_lifetime: timedelta

    @classmethod
    def open(cls, settings: GatewaySettings, broker: Broker, clock: Callable[[], datetime], waits: Waits) -> Self:
        """Makes them. Raises `SettingError` if a key or the frontend's packages are missing."""
        try:
            assets = load_assets(settings.frontend_dir)
        except MissingPackages as error:
            raise SettingError(f"ACE_FRONTEND_DIR: {error}") from None
        ring = load_key_ring(settings, "cookie")
        commands = Commands(Sealer(load_key_ring(settings, "commands")), Fingerprints(ring))
        networks = BlindIndex(load_key_ring(settings, "network"))
        return cls(
            cookie=SessionCookie(Sealer(ring), secure=is_secure(settings)),
            tokens=FormTokens(Sealer(ring)),
            commands=commands,
            progress=Progress(broker, commands, clock, waits),
            verification=Verification(settings),
            assets=assets,
            rendering=Rendering(settings, assets),
            clock=clock,
            waits=waits,
            networks=networks,
            addresses=AddressWatch(settings.trusted_proxies, is_public=settings.public_url is not None),
            events=SecurityEvents(networks),
            public_origin=(read_origin(str(settings.public_url)) or "") if settings.public_url else "",
            code_lifetime=timedelta(seconds=settings.code_lifetime),
        )


def is_secure(settings: GatewaySettings) -> bool:
    """Whether people reach the form over https."""
    return settings.public_url is not None and settings.public_url.scheme == "https"
