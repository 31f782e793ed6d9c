"""An operator with a broker user of its own: no more than docs/security.md gives it."""

from urllib.parse import quote

import httpx
from yarl import URL

from tests.support.servers import Servers

OPERATOR, PASSWORD = "ada", "of this operator"


async def make_operator(running: Servers, broker: str) -> URL:
    """Creates the user for a virtual host. Returns its address."""
    vhost = quote(URL(broker).path.lstrip("/"), safe="")
    may = {"configure": "^$", "write": r"^ace\.(replay|events)$", "read": r"(\.dead$|^ace\.retry\.)"}
    only = {"exchange": "ace.events", "write": "^resend-requested$", "read": "^$"}
    async with httpx.AsyncClient(base_url=f"{running.management_url}/api/", auth=("ace", "ace"), timeout=30) as api:
        for path, body in (
            (f"users/{OPERATOR}", {"password": PASSWORD, "tags": "monitoring"}),
            (f"topic-permissions/{vhost}/{OPERATOR}", only),
            (f"permissions/{vhost}/{OPERATOR}", may),
        ):
            (await api.put(path, json=body)).raise_for_status()
    return URL(broker).with_user(OPERATOR).with_password(PASSWORD)
