"""What a mail server's replies mean: retry, or the recipient's address is bad; and which of its words are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.mail_server_answers import (
    LONGEST,
    Accepted,
    MailServerAnswer,
    Meaning,
    SmtpStage,
    interpret,
    quote_answer,
)
from tests.cases import Case, cases

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
SAM, ANN, BOB = "Sam.Okafor+ace@harbor.example", "ann@pier.example", "bob@quay.example"
STAGES = {stage.name: stage for stage in SmtpStage}


@pytest.mark.parametrize(
    "case", cases("mail_answer"), ids=lambda case: f"{case['stage']} {case['code']} {case['text']}"
)
def test_an_answer_means_what_the_table_says(case: Case) -> None:
    answer = MailServerAnswer(STAGES[case["stage"]], int(case["code"]), case["text"].replace("|", "\n"))
    assert interpret(answer, accepts_others=case["others_accepted"] == "yes").name.lower() == case["means"]


@given(st.sampled_from(SmtpStage), st.integers(-1, 999), st.text(), st.booleans())
def test_only_a_permanent_answer_to_recipient_or_content_is_about_the_address(
    stage: SmtpStage, code: int, text: str, accepts_others: bool
) -> None:
    means = interpret(MailServerAnswer(stage, code, text), accepts_others=accepts_others)
    if means is Meaning.ADDRESS:
        assert stage in (SmtpStage.RCPT, SmtpStage.DATA)
        assert code >= 500
    assert (means is Meaning.LATER) == (code < 500)


@given(
    st.sampled_from(["5.7.1", "5.2.2", "5.1.4", "5.1.90", "5.4.1", "5.6.7", "4.1.1"]),
    st.sampled_from([550, 551, 553, 554]),
)
def test_other_accepted_addresses_change_nothing_if_an_enhanced_code_says_why(enhanced: str, code: int) -> None:
    assert interpret(MailServerAnswer(SmtpStage.RCPT, code, f"{enhanced} no"), accepts_others=True) is Meaning.OURS


def test_a_recipient_that_was_accepted_shows_for_ten_minutes_that_others_are() -> None:
    accepted = Accepted()
    assert not accepted.has_other_than(SAM, NOW)
    accepted.add(ANN, NOW)
    assert accepted.has_other_than(SAM, NOW + timedelta(minutes=10))
    assert not accepted.has_other_than(SAM, NOW + timedelta(minutes=10) + TICK)


def test_an_earlier_acceptance_of_the_same_recipient_proves_nothing() -> None:
    accepted = Accepted()
    accepted.add(SAM, NOW)
    assert not accepted.has_other_than(SAM.upper(), NOW)
    accepted.add(ANN, NOW)
    accepted.add(SAM, NOW)
    accepted.add(SAM, NOW)
    assert accepted.has_other_than(SAM, NOW)
    assert accepted.has_other_than(ANN, NOW)


def test_the_latest_of_the_others_counts() -> None:
    accepted = Accepted()
    accepted.add(ANN, NOW)
    accepted.add(BOB, NOW + timedelta(minutes=9))
    accepted.add(SAM, NOW + timedelta(minutes=18))
    assert accepted.has_other_than(SAM, NOW + timedelta(minutes=19))


def test_a_clock_that_was_set_back_shows_nothing() -> None:
    accepted = Accepted()
    accepted.add(ANN, NOW)
    assert not accepted.has_other_than(SAM, NOW - TICK)


@pytest.mark.parametrize(
    "said",
    [
        "<{address}>: Recipient address rejected",
        "{upper} is not here",
        "user {mailbox} unknown at {domain}",
        "user Sam.Okafor unknown",
        "bounces+{mailbox}={domain}@relay.example",
        "{mailbox}%{domain}",
        "mail.{domain} says no",
        "to=<{address}>, 12-3456789AB, code 7K2M-0XQ9, jane.doe@bright.example",
    ],
)
def test_a_servers_words_are_kept_without_the_address_and_its_parts(said: str) -> None:
    mailbox, _, domain = SAM.partition("@")
    kept = quote_answer(said.format(address=SAM, upper=SAM.upper(), mailbox=mailbox, domain=domain), SAM).lower()
    for part in (mailbox, domain, "okafor", "12-3456789", "7k2m", "jane"):
        assert part.lower() not in kept
    assert "***" in kept


def test_a_servers_words_are_kept_in_one_line_of_bounded_length() -> None:
    assert quote_answer("5.7.1 Go\r\n\taway\x1b[31m\u2028now", SAM) == "5.7.1 Go away [31m now"
    long = quote_answer("no " * 10_000, SAM)
    assert len(long) == LONGEST
    assert long.endswith("...")
    assert quote_answer("x" * LONGEST, SAM) == "x" * LONGEST


def test_the_reason_names_codes_and_step_without_a_word_of_the_servers() -> None:
    assert MailServerAnswer(SmtpStage.RCPT, 550, "5.1.1 <sam@x.example>\n5.1.1 no").numbers == "550 5.1.1 at RCPT"
    assert MailServerAnswer(SmtpStage.MAIL, 554, "go away").numbers == "554 at MAIL"
