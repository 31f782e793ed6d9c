"""What operators see of the form."""

from shared.contracts.commands import CheckCode
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.observability.metrics import GATEWAY
from tests.support.scripted_form import CODE, REQUEST, Form
from tests.support.series import watch_growth


async def test_a_request_counts_by_page_and_status(form: Form) -> None:
    shown = watch_growth(GATEWAY, "ace_http_requests_total", page="request", method="GET", status="200")
    timed = watch_growth(GATEWAY, "ace_http_request_duration_seconds_count", page="request", method="GET")
    await form.browser.open("/request")
    assert (shown(), timed()) == (1, 1)


async def test_paths_of_strangers_share_a_label(form: Form) -> None:
    other = watch_growth(GATEWAY, "ace_http_requests_total", page="other", method="GET", status="404")
    for path in ("/admin", "/wp-login.php"):
        await form.browser.client.get(path)
    assert other() == 2


async def test_strangers_methods_share_a_label(form: Form) -> None:
    odd = watch_growth(GATEWAY, "ace_http_requests_total", page="other", method="other", status="404")
    await form.browser.client.request("BREW", "/coffee")
    assert odd() == 1


async def test_a_refusal_counts_once_however_often_its_page_is_shown(form: Form) -> None:
    form.workers.on(CheckCode, Refused, problem=Problem.CODE_WRONG, tries_left=4)
    refused = watch_growth(GATEWAY, "ace_refusals_total", problem="code-wrong")
    code = await form.browser.press(await form.browser.open("/request"), "Next >", REQUEST)
    await form.browser.press(code, "Next >", CODE)
    await form.browser.open("/code")
    assert refused() == 1


async def test_nobody_waits_once_a_page_is_shown(form: Form) -> None:
    await form.browser.press(await form.browser.open("/request"), "Next >", REQUEST)
    assert GATEWAY.get_sample_value("ace_people_waiting") == 0
