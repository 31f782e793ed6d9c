"""Tells the scripts of waiting pages where the person is. They go to `path` if it is another page.

Never sets a cookie: the answer may arrive after that of a post, and would replace the newer session with an older one.
So it does not extend the session's time either.
"""

from services.gateway.journey.page import Page
from services.gateway.journey.session import Session
from services.gateway.pages import code
from services.gateway.pages.answers import Answer, Data
from services.gateway.pages.visit import Visit
from services.gateway.pages.waiting import count_seconds_held, describe_delay, describe_wait
from shared.contracts.email_kind import EmailStatus


async def show(visit: Visit) -> Answer:
    """Asks the workers, and waits briefly for news."""
    session = await _catch_up(visit)
    heading, sentence = describe_wait(session, visit.now) if session.page is Page.WAITING else (None, None)
    return Data(
        {
            "path": session.page,
            "heading": heading,
            "sentence": sentence,
            "late": describe_delay(visit, session),
            "held": count_seconds_held(session, visit.now),
            "settled": session.uniform or session.email in (EmailStatus.SENT, EmailStatus.REFUSED),
            "email": code.describe_email(visit, session) if session.page is Page.CODE else None,
            "coming": code.is_email_coming(session),
            "left": _count_seconds_left(visit, session),
            "tries": session.tries if session.page is Page.CODE else None,
            "reload": _tell_when_sent(session) != _tell_when_sent(visit.session),
        }
    )


async def _catch_up(visit: Visit) -> Session:
    session = visit.session
    if session.page is Page.WAITING:
        if session.pending:
            await visit.waits.sleep(min(visit.waits.outcome, session.pending.count_seconds_held(visit.now)))
        session = await visit.progress.await_answer(session, visit.patience)
    elif session.page is Page.CODE:
        session = await visit.progress.await_code_email(session)
    return session.advance_to(visit.read_clock())


def _count_seconds_left(visit: Visit, session: Session) -> int | None:
    """Seconds until the page expires, by the server's clock: a computer's may be wrong."""
    now = visit.read_clock()
    if session.page is Page.DETAILS:
        return int((visit.as_left.details_over_at - now).total_seconds())
    return session.count_code_seconds(now) if session.page is Page.CODE else None


def _tell_when_sent(session: Session) -> object:
    """When the pending command was confirmed. The browser remembers that only after loading a page."""
    return session.pending.sent_at if session.pending else None
