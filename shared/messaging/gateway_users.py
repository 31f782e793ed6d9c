"""The broker users of other gateways than our own form: added, listed, and removed for good.

A removed user stays on the broker without a password and without permissions, so that its name is not given away again:
the name decides the gateway's keys.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import httpx

from shared.messaging import management
from shared.messaging.broker_admin import create_user
from shared.messaging.permissions import PERMISSIONS, permit_gateway

ACTIVE, REMOVED = "ace-gateway", "ace-gateway-removed"
"""Tags of users on the broker."""

NAMES = re.compile(r"[a-z][a-z0-9-]{1,30}")


class NameTaken(ValueError):
    """A name that no new gateway may have. Says why."""


@dataclass(frozen=True)
class GatewayUser:
    """A gateway's user on the broker."""

    name: str
    removed: bool
    connections: int


class GatewayUsers:
    """Administers gateways' users through the broker's management interface.

    Every method raises `httpx.HTTPError` if the interface is unreachable, or refuses.
    """

    def __init__(self, api: httpx.AsyncClient, broker_url: str) -> None:
        self._api = api
        self._vhost = quote(management.read_vhost(broker_url), safe="")

    async def check_name(self, name: str) -> None:
        """Raises `NameTaken` unless a new gateway may have this name."""
        if not NAMES.fullmatch(name):
            raise NameTaken(f"{name!r} is no name for a gateway: 2 to 31 of a-z, 0-9 and -, a letter first")
        if name in PERMISSIONS:
            raise NameTaken(f"{name} is the name of a service")
        answer = await self._api.get(f"users/{name}")
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return
        if REMOVED in answer.raise_for_status().json()["tags"]:
            raise NameTaken(f"{name} was removed, and its keys with it: take another name")
        raise NameTaken(f"the broker has a user {name} already")

    async def add(self, name: str, password: str) -> None:
        """Creates the user of a gateway. Its name was checked."""
        permission = permit_gateway(name)
        await create_user(self._api, self._vhost, name, {"password": password, "tags": ACTIVE}, permission)

    async def list_all(self) -> list[GatewayUser]:
        """All gateways but our own form, removed ones too, by name."""
        users = (await self._api.get("users")).raise_for_status().json()
        found = []
        for user in sorted(users, key=lambda user: str(user["name"])):
            if {ACTIVE, REMOVED} & set(user["tags"]):
                connections = await self._api.get(f"connections/username/{user['name']}")
                count = len(connections.raise_for_status().json())
                found.append(GatewayUser(user["name"], REMOVED in user["tags"], count))
        return found

    async def is_gateway(self, name: str) -> bool:
        """Whether this is a gateway, also one that was removed."""
        return name in {user.name for user in await self.list_all()}

    async def remove(self, name: str) -> None:
        """Takes away a gateway's password and permissions, and closes its connections. Safe to repeat."""
        without_password = {"password_hash": "", "tags": REMOVED}
        (await self._api.put(f"users/{name}", json=without_password)).raise_for_status()
        gone = await self._api.delete(f"permissions/{self._vhost}/{name}")
        if gone.status_code != HTTPStatus.NOT_FOUND:
            gone.raise_for_status()
        closed = await self._api.delete(f"connections/username/{name}", headers={"X-Reason": "gateway removed"})
        closed.raise_for_status()
