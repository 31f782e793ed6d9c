"""The cookie: sealed, of any size, and worthless once its session went on."""

import pytest

from services.gateway.http.session_cookie import PIECE
from tests.support.scripted_form import AUTHORIZATION, CODE, SIGNED, Form


@pytest.mark.parametrize("place", [0, 9, 40, 300, -2])
async def test_a_cookie_that_was_tampered_with_is_no_session(form: Form, place: int) -> None:
    await form.at_details()
    ((name, sound),) = form.browser.client.cookies.items()
    changed = list(sound)
    changed[place] = "A" if changed[place] != "A" else "B"
    form.browser.client.cookies.clear()
    form.browser.client.cookies.set(name, sound, domain="form.test")
    assert (await form.browser.open("/details")).path == "/details"
    form.browser.client.cookies.clear()
    form.browser.client.cookies.set(name, "".join(changed), domain="form.test")
    assert (await form.browser.open("/details")).path == "/request"


async def test_a_cookie_copied_before_the_code_was_entered_is_worthless_afterwards(form: Form) -> None:
    page = await form.at_code()
    copied = form.browser.remembered()
    await form.browser.press(page, "Next >", CODE)
    form.browser.client.cookies = copied
    form.workers.outcome(state="verified")
    page = await form.browser.open("/code")
    assert (page.path, list(page.problems)) == ("/request", ["session-over"])


async def test_the_cookie_shows_nothing_of_what_is_in_it(form: Form) -> None:
    await form.at_details()
    response = await form.browser.client.get("/details")
    header = response.headers["set-cookie"]
    assert "HttpOnly" in header
    assert "SameSite=strict" in header
    assert "Secure" not in header
    assert "Acme" not in header


async def test_a_session_of_any_size_fits_into_cookies_that_browsers_keep(form: Form) -> None:
    page = await form.at_details()
    longest = {
        "*Account Owner First Name": "".join(chr(0x4E00 + 97 * n % 20000) for n in range(60)),
        "*Account Owner Last Name": "".join(chr(0x4E00 + 89 * n % 20000) for n in range(60)),
        "*Street Address": "".join(chr(0x4E00 + 83 * n % 20000) for n in range(120)),
        "*City": "".join(chr(0x4E00 + 79 * n % 20000) for n in range(60)),
        "Company Website": "www.acme.example/" + "".join(chr(0x4E00 + 73 * n % 20000) for n in range(180)),
    }
    form.workers.away = True
    page = await form.browser.press(page, "Submit", SIGNED | longest)
    assert page.path == "/waiting"
    pieces = list(form.browser.client.cookies.values())
    assert all(len(piece) <= PIECE for piece in pieces)
    form.workers.away = False
    form.workers.outcome(status="parked", state="submitted")
    page = await form.browser.open("/waiting")
    assert {label: page.value(label) for label in longest} == longest
    form.workers.outcome(state="completed", account="A-1")
    page = await form.browser.press(page, "Submit", {AUTHORIZATION: "yes"})
    assert page.path == "/confirmation"
