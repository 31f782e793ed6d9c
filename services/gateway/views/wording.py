"""What the form says about problems, broken rules, emails and waiting. The texts are in `wording.toml`."""

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from services.gateway.forms.fields import LIMITS, TITLES
from services.gateway.journey.lateness import Lateness
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.settings import addresses
from shared.settings.processes import GatewaySettings

IN_SECONDS = 90
"""Up to this many seconds, times are told in seconds."""

TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "wording.toml").read_text())


@dataclass(frozen=True)
class Notice:
    """A problem in words: what happened, why, and what to do next."""

    problem: Problem
    heading: str
    text: str
    steps: tuple[str, ...]
    contact: bool = False
    to_copy: str = ""
    """The name of the text to copy and send, if there is one."""

    @property
    def paragraph(self) -> str:
        """All of it in one paragraph, for a field's error."""
        return " ".join(part for part in (self.heading, self.text, *self.steps) if part)


@dataclass(frozen=True)
class TextToCopy:
    """A text that people copy and send to somebody."""

    title: str
    subject: str
    body: str


def describe_rule(field: str, name: str) -> str:
    """The error for a field's broken rule."""
    general = TEXTS["rule"]
    sentence: str = TEXTS["rule-of"].get(field, {}).get(name) or general.get(name, general["other"])
    filled = {"field": TITLES.get(field, "field"), "longest": LIMITS.get(field, 0)}
    return sentence.format(**filled, **TEXTS["phrase"])


class Wording:
    """The sentences that depend on settings, such as how to reach the service desk."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._desk = {
            "desk": settings.service_desk_name,
            "phone": settings.service_desk_phone,
            "email": settings.service_desk_email,
            "owner_unknown": settings.owner_unknown,
            "owner_left": settings.owner_left,
            "owner_locked_out": settings.owner_locked_out,
            "correction": TEXTS["phrase"]["correction"],
        }
        self._code_email = {
            "sender": addresses.split_mailbox(settings.mail_from)[1],
            "minutes": str(round(settings.code_lifetime / 60)),
        }

    def describe_problem(self, refused: Refused, now: datetime, *, wait: str = "") -> Notice:
        """What a page says about a refusal. `wait` is its button that waits until the request passes, if it has one."""
        filled = {
            **self._desk,
            "tries": _describe_tries(refused.tries_left),
            "when": _describe_retry(refused.retry_at, now),
            "span": describe_span(refused.retry_at, now) if refused.retry_at else "",
            "button": wait,
        }
        texts = TEXTS["problem"][refused.problem]
        if wait:
            texts = texts | {"steps": texts["steps_to_wait"]}
        return _make_notice(refused.problem, texts, filled)

    def explain_wait(self, held_for: Problem | None) -> tuple[str, ...]:
        """Why the waiting page holds a request: because of this problem, or in place of human verification."""
        texts: dict[str, str] = TEXTS["held"]
        return (texts[held_for], texts["call"].format(**self._desk)) if held_for else (texts["unverified"],)

    def describe_uniform_email(self) -> str:
        """What the code page says if it must not tell whether there was a match."""
        sentence: str = TEXTS["uniform-email"]["text"]
        return sentence.format(**self._code_email)

    def describe_unsent_code(self) -> Notice:
        """On page 1: the code expired, and we could not send its email."""
        return _make_notice(Problem.CODE_EXPIRED, TEXTS["code-not-sent"], self._desk)

    def describe_delay(self, awaited: str, late: Lateness, *, taken: bool, reference: str) -> str:
        """What the waiting page says about a long wait. `taken`: whether our systems have the request."""
        texts: dict[str, str] = TEXTS["longer"]
        if late is not Lateness.LONG:
            return texts["soon"] if late else ""
        sentence = texts[awaited if taken else "not-sent"]
        return f"{sentence} {texts['call'].format(**self._desk, reference=reference)}"

    def compose_text(self, name: str, company: str = "", reference: str = "") -> TextToCopy:
        """The text with this name, about a company and a request if they are known."""
        texts = TEXTS["to-copy"][name]
        filled = {
            **self._code_email,
            "company": company or "our company",
            "reference": f"It is {reference}." if reference else "It stands in the email and on my form.",
        }
        return TextToCopy(texts["title"], texts["subject"], texts["body"].strip().format(**filled))


def describe_session_over(under_way: str, *, details_kept: bool) -> Notice:
    """On page 1: the form is not this session's. `under_way` is the reference of the current request, if any."""
    texts = TEXTS["earlier-request"]["page-1"] if under_way else TEXTS["problem"][Problem.SESSION_OVER]
    if details_kept:
        texts = texts | {"steps": [*texts["steps"], TEXTS["phrase"]["details_kept"]]}
    return _make_notice(Problem.SESSION_OVER, texts, {"reference": under_way})


def ask_to_sign_again(notice: Notice) -> Notice:
    """On the details page: adds that a failed submission needs a new authorization."""
    return replace(notice, text=f"{notice.text} {TEXTS['sign-again']['text']}")


def add_no_new_code(notice: Notice) -> Notice:
    """On the code page: adds that the old code stays valid."""
    return replace(notice, text=f"{notice.text} {TEXTS['no-new-code']['text']}")


def describe_earlier_request(reference: str) -> Notice:
    """On this request's details page: what was typed comes from an earlier request's page."""
    return _make_notice(Problem.SESSION_OVER, TEXTS["earlier-request"]["details"], {"reference": reference})


def _make_notice(problem: Problem, texts: dict[str, Any], filled: dict[str, str]) -> Notice:
    return Notice(
        problem,
        texts["heading"].format(**filled),
        texts["text"].format(**filled),
        tuple(step.format(**filled) for step in texts["steps"]),
        texts.get("contact", False),
        texts.get("to_copy", ""),
    )


def _describe_tries(left: int | None) -> str:
    if left is None:
        return "After five wrong codes the request is locked."
    return f"You have {left} {'try' if left == 1 else 'tries'} left."


def _describe_retry(retry_at: datetime | None, now: datetime) -> str:
    """Without a time, waiting does not help."""
    return f"Come back {describe_span(retry_at, now)}." if retry_at else "Call the service desk before you try again."


def describe_span(retry_at: datetime, now: datetime) -> str:
    """When something is possible again: in about how long and, if that is not soon, after what time."""
    if (seconds := (retry_at - now).total_seconds()) <= IN_SECONDS:
        return f"in about {_round_seconds(seconds)}"
    minutes = ceil(seconds / 60)
    span = f"{minutes} minutes"
    if minutes > 90:
        span = f"{-(-minutes // 60)} hours"
    full = retry_at + timedelta(minutes=1, microseconds=-1)  # shown in minutes, so rounded up: never too early
    another_day = f" on {clock.format_day(full)}" if clock.format_day(full) != clock.format_day(now) else ""
    return f"in about {span}, after {clock.format_time(full)}{another_day}"


def _round_seconds(seconds: float) -> str:
    """Rounded up to tens, so that a screen reader does not repeat a sentence every second."""
    return f"{max(1, ceil(seconds / 10)) * 10} seconds"


def describe_code_email(status: EmailStatus | None, sent_to: str = "", late: Lateness = Lateness.USUAL) -> str:
    """The status of the code's email. `sent_to` is the point of contact's address, masked."""
    status = status or EmailStatus.SENDING
    texts: dict[str, str] = TEXTS["email"]
    to = f" to the point of contact ({sent_to})" if sent_to else " to the point of contact"
    sentence = texts[status].format(to=to)
    if status not in (EmailStatus.SENDING, EmailStatus.DEFERRED) or late is Lateness.USUAL:
        return sentence
    return f"{sentence} {TEXTS['email-longer']['soon' if late is Lateness.LONGER else 'long']}"


def describe_account_email(status: EmailStatus) -> str:
    """The status of an email about the new account."""
    sentence: str = TEXTS["account-email"][status]
    return sentence


def describe_wait(command: str) -> tuple[str, str]:
    """The waiting page's heading and sentence, by the name of the command or milestone."""
    heading, sentence = TEXTS["waiting"].get(command) or TEXTS["waiting"]["start-application"]
    return heading, sentence


def describe_hold(until: datetime, now: datetime) -> tuple[str, str]:
    """The waiting page's heading and sentence while a request is held."""
    is_long = (until - now).total_seconds() > IN_SECONDS
    heading, sentence = TEXTS["waiting"]["held-long" if is_long else "held"]
    return heading, sentence.format(span=describe_span(until, now))


def describe_error(status: int) -> tuple[str, str]:
    """The error page's heading and sentence."""
    texts = TEXTS["error-page"]
    heading, sentence = texts.get(str(status)) or texts["400" if status < 500 else "500"]
    return heading, sentence
