"""Sealers for commands and their replies: one for each gateway, so that none can read what another sends."""

from collections.abc import Collection

from shared.security.keys import KeyRing
from shared.security.sealing import Sealer


def derive_gateway_ring(gateways: KeyRing, gateway: str) -> KeyRing:
    """The key ring of a gateway with this broker user, made from the ring that only workers and operators have."""
    return gateways.derive(f"gateway/{gateway}")


class CommandSealers:
    """The sealer of each gateway, by its broker user, for which the broker vouches.

    Our own form has the key ring of commands. Every other gateway has a ring derived for its user. Without a ring to
    derive from, they share the form's.
    """

    def __init__(self, form: KeyRing, gateways: KeyRing | None, own_users: Collection[str]) -> None:
        self._form = Sealer(form)
        self._gateways = gateways
        self._own_users = own_users
        self._derived: dict[str, Sealer] = {}

    def find(self, gateway: str) -> Sealer:
        """The sealer of the gateway with this broker user."""
        if self._gateways is None or gateway in self._own_users:
            return self._form
        if gateway not in self._derived:  # as many as the broker has users
            self._derived[gateway] = Sealer(derive_gateway_ring(self._gateways, gateway))
        return self._derived[gateway]
