"""A new cookie key goes before the old one, and nobody filling out the form notices until the old one is gone."""

import pytest
from pydantic import SecretStr

from shared.contracts.commands import CheckCode
from shared.security.keys import make_ring
from shared.settings.processes import Settings
from tests.support.scripted_form import CODE, REQUEST, staged, visited

OLD, NEW = make_ring(), make_ring()


def with_ring(settings: Settings, ring: str) -> Settings:
    return settings.model_copy(update={"keys_cookie": SecretStr(ring)})


@pytest.mark.parametrize("ring", [f"{NEW},{OLD}", f"{OLD},{NEW}"], ids=["taken into use", "taken back"])
async def test_a_session_and_a_page_that_was_open_go_on(settings: Settings, ring: str) -> None:
    async with visited(staged(with_ring(settings, OLD))) as before, visited(staged(with_ring(settings, ring))) as after:
        page = await before.at_code()
        after.browser.client.cookies = before.browser.remembered()
        assert (await after.browser.press(page, "Next >", CODE)).path == "/details"
        assert len(after.workers.of(CheckCode)) == 1


async def test_a_session_under_a_removed_key_has_ended_but_typed_text_stays(settings: Settings) -> None:
    async with visited(staged(with_ring(settings, OLD))) as before, visited(staged(with_ring(settings, NEW))) as after:
        page = await before.at_request()
        after.browser.client.cookies = before.browser.remembered()
        page = await after.browser.press(page, "Next >", REQUEST)
        assert list(page.problems) == ["session-over"]
        assert {label: page.value(label) for label in REQUEST} == REQUEST
        assert not after.workers.sent
        assert (await after.browser.press(page, "Next >", REQUEST)).path == "/code"
