"""Answers scripts while somebody fills in a form: the rules that fields break, and how they will be recorded.

The same functions judge the form when it is sent. Sets no cookie and keeps nothing: the answer may arrive after that of
a form sent meanwhile. If the person has left the page, the answer is empty.
"""

from collections.abc import Mapping, Sequence

from services.gateway.forms import fields, parsing
from services.gateway.forms.fields import Field
from services.gateway.forms.review import Review
from services.gateway.journey.page import Page
from services.gateway.pages.answers import Answer, Data
from services.gateway.pages.visit import Visit
from shared.contracts.sealed import AccountRequest


async def check_request(visit: Visit) -> Answer:
    """Checks page 1."""
    posted = visit.posted
    if visit.token is None:
        return Data({})
    content = parsing.read_request(posted)
    rules = content.rules if isinstance(content, parsing.Broken) else {}
    return Data({"errors": _render_errors(visit, fields.REQUEST, rules)})


async def check_details(visit: Visit) -> Answer:
    """Checks page 3, and renders its answers for review."""
    posted = visit.posted
    if visit.request_token is None or visit.session.page is not Page.DETAILS:
        return Data({})
    verified = parsing.read_request(visit.session.request)
    answers = Review.read(posted, verified if isinstance(verified, AccountRequest) else None)
    rules = {**answers.rules, **parsing.read_authorization(posted)}
    return Data(
        {
            "errors": _render_errors(visit, (*fields.DETAILS, fields.AUTHORIZED), rules),
            "answers": visit.rendering.render_page("answers.html", answers=answers),
            "left": answers.left,
            "owner": answers.owner_name,
        }
    )


def _render_errors(visit: Visit, of: Sequence[Field], rules: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Each field's broken rule, with its error and its line in the summary as the page would show them."""
    rendering = visit.rendering
    form = rendering.render_form(of, {}, rules=rules, notice=None)
    return {
        shown.field.name: {
            "rule": shown.rule,
            "error": rendering.render_macro("error", shown, shown.id),
            "headline": rendering.render_macro("headline", shown),
        }
        for shown in form.wrong
    }
