"""Reads what was posted. No form of the console has a token: SameSite, Sec-Fetch-Site and Origin keep others out."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.console.web.dependencies import Dependencies
from shared.web.form_body import read_form
from shared.web.security_events import REFUSED_FORMS


async def read_post(request: Request) -> dict[str, str]:
    """The fields. Raises `HTTPException` like `read_form`, which is a security event then."""
    dependencies: Dependencies = request.app.state.dependencies
    try:
        return await read_form(request, dependencies.public_origin)
    except HTTPException as refusal:
        if event := REFUSED_FORMS.get(refusal.status_code):
            dependencies.events.record(event, request.client.host if request.client else "")
        raise
