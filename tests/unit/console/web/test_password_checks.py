import asyncio

import pytest

from services.console.web.access import password_checks
from services.console.web.access.password_checks import AT_A_TIME, MOST_WAITING, PasswordChecks


async def test_no_more_than_a_few_tries_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_checks, "is_right", lambda password, _stored: password == "right")
    checks = PasswordChecks()
    tries = [asyncio.create_task(checks.check("right", "a hash")) for _ in range(AT_A_TIME + MOST_WAITING - 1)]
    await asyncio.sleep(0)  # all begin
    assert not checks.are_full
    last = asyncio.create_task(checks.check("wrong", "a hash"))
    await asyncio.sleep(0)
    assert checks.are_full
    assert await asyncio.gather(*tries, last) == [*[True] * len(tries), False]
    assert not checks.are_full
