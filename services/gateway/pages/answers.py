"""What a page answers a visit: a value, which `respond.py` turns into HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.gateway.forms.fields import Field
from services.gateway.journey.page import Page
from services.gateway.journey.session import Session
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared.contracts.replies import Refused


@dataclass(frozen=True)
class GoOn:
    """Redirects to the person's current page (303 See Other). One of our scripts gets the path instead."""

    session: Session


@dataclass(frozen=True)
class Data:
    """Answers one of our scripts. Without a session, the cookie stays as it is."""

    content: Mapping[str, object]
    session: Session | None = None


@dataclass(frozen=True)
class Show:
    """Shows a page, with what was typed and the rules that it breaks. The page then drops the news that it showed."""

    page: Page
    session: Session
    typed: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    notice: Notice | None = None
    """Replaces what the page says about the session's problem."""

    checked: bool = False
    """On the details page: somebody asked for a review of the answers."""

    for_new_code: bool = False
    """On page 1: the person has to send it for a new code."""

    keeps_cookie: bool = False
    """Leaves the session alone: somebody may only be reading."""


@dataclass(frozen=True)
class End:
    """Ends the session: deletes its cookie, and what the browser keeps of its pages. Another page says so."""


Answer = GoOn | Show | Data | End


@dataclass(frozen=True)
class Content:
    """What fills a page's template: its own values and, if it has a form, its fields and what is wrong with them."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[Field] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    refused: Refused | None = None
    notice: Notice | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def reject_form(session: Session, typed: Mapping[str, str] | None = None, *, details_kept: bool = False) -> Show:
    """Shows page 1, saying that the posted form does not belong to this session's request, which continues."""
    under_way = session.reference if session.under_way else ""
    notice = wording.describe_session_over(under_way, details_kept=details_kept)
    known = typed or ({} if session.under_way else session.request)
    return Show(Page.REQUEST, session.replace(refused=None), known, notice=notice)
