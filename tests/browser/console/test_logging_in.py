"""Logging in and out of the console with a real browser."""

from playwright.async_api import expect

from tests.browser.stage.visitor import Visitor
from tests.support.console import OPERATOR, PASSWORD, VIEWER, Console


async def test_who_logs_in_gets_the_page_that_they_asked_for_and_the_audit_knows(
    stranger: Visitor, console: Console
) -> None:
    await stranger.open("/queues")
    await stranger.arrives("/login")
    await stranger.send({"Name": VIEWER, "Password": "a guess of three words"}, "Log in")
    assert await stranger.problems() == ["login"]
    await expect(stranger.field("Password")).to_be_focused()
    await stranger.send({"Password": PASSWORD}, "Log in")
    await stranger.arrives("/queues")
    latest = [entry async for entry in console.database.collections.audit.list_latest(1)]
    assert [(entry.who, entry.action) for entry in latest] == [(VIEWER, "log-in")]


async def test_a_session_that_was_ended_opens_nothing_any_more(operator: Visitor, console: Console) -> None:
    await operator.open("/")
    [cookie] = await operator.page.context.cookies()
    await operator.press("Log out")
    await operator.arrives("/login")
    name, value = str(cookie["name"]), str(cookie["value"])
    await operator.page.context.add_cookies([{"name": name, "value": value, "url": operator.address}])
    await operator.open("/")
    await operator.arrives("/login")
    assert OPERATOR in [entry.who async for entry in console.database.collections.audit.list_latest(1)]


async def test_a_link_from_another_site_leads_on_with_the_session(operator: Visitor, console: Console) -> None:
    elsewhere = console.address.replace("127.0.0.1", "localhost")
    await operator.page.goto(f"{elsewhere}/login")
    await operator.page.evaluate("address => location.assign(address)", f"{console.address}/queues")
    await operator.arrives("/queues")
    await expect(operator.page.get_by_role("heading", level=1)).to_have_text("Queues")
