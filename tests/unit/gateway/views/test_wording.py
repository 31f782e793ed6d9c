"""The texts in `wording.toml` are complete, filled in, and all used."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.gateway.forms.fields import TITLES
from services.gateway.views import wording
from services.gateway.views.rendering import HERE
from services.gateway.views.wording import TEXTS, Wording
from shared.contracts.email_kind import EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.settings.processes import Settings

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_says_what_happened_and_what_to_do_next(settings: Settings, problem: Problem) -> None:
    notice = Wording(settings).describe_problem(Refused(application_id=uuid4(), problem=problem), NOW)
    assert notice.heading.endswith(".")
    assert notice.steps
    assert "{" not in notice.paragraph


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(minutes=25), "in about 25 minutes, after 10:25 AM Eastern time (15:25 UTC)."),
        (timedelta(minutes=25, seconds=1), "in about 26 minutes, after 10:26 AM Eastern time (15:26 UTC)."),
        (timedelta(hours=20), "in about 20 hours, after 6:00 AM Eastern time (11:00 UTC) on November 24, 2026."),
    ],
)
def test_when_to_come_back_is_told_to_the_minute_and_never_too_early(
    settings: Settings, wait: timedelta, said: str
) -> None:
    refused = Refused(application_id=uuid4(), problem=Problem.TOO_MANY_REQUESTS, retry_at=NOW + wait)
    assert said in Wording(settings).describe_problem(refused, NOW).paragraph


@pytest.mark.parametrize("problem", [Problem.IMPORTER_NOT_MATCHED, Problem.POC_EMAIL_MISSING])
def test_the_page_says_how_long_correcting_a_record_takes(settings: Settings, problem: Problem) -> None:
    notice = Wording(settings).describe_problem(Refused(application_id=uuid4(), problem=problem), NOW)

    assert (
        "electronically, often the same day. CBP Form 5106 on paper takes about five business days." in notice.paragraph
    )


def test_an_importer_with_an_account_is_led_to_its_owner_whoever_that_is(settings: Settings) -> None:
    texts = {name: f"Texts of {name}." for name in ("owner_unknown", "owner_left", "owner_locked_out")}
    refused = Refused(application_id=uuid4(), problem=Problem.IMPORTER_ALREADY_LINKED)
    steps = Wording(settings.model_copy(update=texts)).describe_problem(refused, NOW).steps

    assert [step.partition("? ")[2] for step in steps[1:]] == list(texts.values())


@pytest.mark.parametrize("problem", [Problem.TOO_MANY_REQUESTS, Problem.APPLICATION_LOCKED])
def test_tries_that_others_may_have_used_up_come_with_a_contact(settings: Settings, problem: Problem) -> None:
    notice = Wording(settings).describe_problem(Refused(application_id=uuid4(), problem=problem), NOW)

    assert notice.contact
    assert re.search(r"[Oo]thers may|somebody else", notice.paragraph)
    assert "call the service desk" in notice.steps[-1]


def test_a_text_to_copy_contains_only_what_is_known(settings: Settings) -> None:
    texts = Wording(settings)

    known = texts.compose_text("contact", "Harbor Lights Imports LLC", "ACE-7K2M-0XQ9").body
    assert all(part in known for part in ("Harbor Lights Imports LLC", "It is ACE-7K2M-0XQ9.", "no-reply@ace.example"))
    assert "{" not in known
    assert "account for our company." in texts.compose_text("contact").body


def test_there_is_a_text_for_nothing_else() -> None:
    assert {texts["to_copy"] for texts in TEXTS["problem"].values() if "to_copy" in texts} <= set(TEXTS["to-copy"])
    assert set(TEXTS["problem"]) == set(Problem)
    assert set(TEXTS["rule-of"]) <= set(TITLES)
    assert set(TEXTS["email"]) == set(TEXTS["account-email"]) == set(EmailStatus)


def rules() -> Iterator[tuple[str, str]]:
    yield from ((field, rule) for field in TITLES for rule in TEXTS["rule"])
    yield from ((field, rule) for field, own in TEXTS["rule-of"].items() for rule in own)


@pytest.mark.parametrize(("field", "rule"), list(rules()))
def test_every_rule_is_a_sentence(field: str, rule: str) -> None:
    sentence = wording.describe_rule(field, rule)
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert not re.search(r"\b(above|below|here)\b", sentence.split(". ")[0])  # it also appears at the top of the page
    assert "code_form" not in sentence


@pytest.mark.parametrize(
    "written", [HERE / "wording.toml", *sorted((HERE / "templates").iterdir())], ids=lambda f: f.name
)
def test_words_are_spelled_as_in_the_guide(written: Path) -> None:
    assert not re.findall(r"e-mail|acknowledgement|authoris|organis|colour", written.read_text(), re.IGNORECASE)
