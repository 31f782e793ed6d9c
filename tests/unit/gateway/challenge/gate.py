"""The form with human verification, and what a browser with scripts sends."""

import base64
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import altcha
import httpx

from services.gateway.challenge.proof_of_work import Cost
from services.gateway.challenge.verification import Verification
from shared.settings.processes import Settings
from tests.support.browser import Browser, Page
from tests.support.scripted_form import REQUEST, Form

CHEAP = Cost(rounds=1, fewest=1, most=4)


def solve(challenge: str) -> str:
    """What the widget sends."""
    made = altcha.Challenge.from_dict(json.loads(challenge))
    solution = altcha.solve_challenge(made)
    assert solution is not None
    return altcha.Payload(made, solution).to_base64()


def rewritten(solution: str, change: Callable[[dict[str, Any]], None]) -> str:
    """A solution that was tampered with."""
    content = json.loads(base64.b64decode(solution))
    change(content)
    return base64.b64encode(json.dumps(content).encode()).decode()


def solved(page: Page, **typed: str) -> dict[str, str]:
    """What a browser with scripts sends after its check."""
    _, data = page.filled("Next >", REQUEST)
    data.pop("wait", None)
    challenge = page.soup.find("altcha-widget")
    return data | ({"challenge": solve(str(challenge["challenge"]))} if challenge else {}) | typed


@dataclass
class Gate:
    """The form with human verification, and people from different addresses."""

    form: Form
    settings: Settings
    rooms: AsyncExitStack

    def prompts(self, **settings: Any) -> None:
        """Switches to these settings, as in a process that has just started."""
        dependencies = self.form.app.state.dependencies
        verification = Verification(self.settings.model_copy(update={"rate_limit": "on"} | settings), CHEAP)
        self.rooms.push_async_callback(verification.close)
        self.form.app.state.dependencies = replace(dependencies, verification=verification)

    async def visitor(self, address: str = "203.0.113.7") -> Browser:
        transport = httpx.ASGITransport(app=self.form.app, client=(address, 4321))
        client = httpx.AsyncClient(transport=transport, base_url="http://form.test")
        return Browser(await self.rooms.enter_async_context(client))
