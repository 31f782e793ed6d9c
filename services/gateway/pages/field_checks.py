"""What scripts ask while somebody fills in a form: the rules that its fields break, and how they would be recorded.

Judged by the same readers as when the form is sent. Sets no cookie and keeps nothing: the answer may arrive after that
of a form that was sent meanwhile. Whoever does not stand on the page any more gets an empty answer.
"""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.forms import fields, parsing
from services.gateway.forms.fields import Field
from services.gateway.forms.review import Answers
from services.gateway.pages.visit import Visit
from shared.contracts.sealed import AccountRequest


async def check_request(request: Request) -> Response:
    """Page 1."""
    visit = Visit.of(request)
    posted = await visit.posted()
    if visit.token(posted) is None:
        return JSONResponse({})
    content = parsing.read_request(posted)
    rules = content.rules if isinstance(content, parsing.Broken) else {}
    return JSONResponse({"errors": _errors(visit, fields.REQUEST, rules)})


async def check_details(request: Request) -> Response:
    """Page 3, with the section in which its answers stand before they are submitted."""
    visit = Visit.of(request)
    posted = await visit.posted()
    if visit.token_of_request(posted) is None or visit.session.path != "/details":
        return JSONResponse({})
    verified = parsing.read_request(visit.session.request)
    answers = Answers.read(posted, verified if isinstance(verified, AccountRequest) else None)
    rules = {**answers.rules, **parsing.read_authorization(posted)}
    return JSONResponse(
        {
            "errors": _errors(visit, (*fields.DETAILS, fields.AUTHORIZED), rules),
            "answers": visit.desk.rendering.page("answers.html", answers=answers),
            "left": answers.left,
            "owner": answers.owner_name,
        }
    )


def _errors(visit: Visit, of: Sequence[Field], rules: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Each broken rule by field, with its error and its line in the summary as they would stand on the page."""
    rendering = visit.desk.rendering
    form = rendering.form(of, {}, rules=rules, notice=None)
    return {
        shown.field.name: {
            "rule": shown.rule,
            "error": rendering.macro("error", shown, shown.id),
            "headline": rendering.macro("headline", shown),
        }
        for shown in form.wrong
    }
