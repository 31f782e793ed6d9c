"""What a digest claims: only what holds for decoys, and whoever holds the contact's places for codes."""

from shared.contracts.email_kind import EmailKind
from tests.support.written_emails import Told, bodies


def test_it_claims_neither_that_its_reader_had_codes_nor_that_a_requester_knows_when_to_come_back() -> None:
    for body in bodies(EmailKind.REQUESTS_DIGEST):
        assert "We set aside at most 10 codes an hour for one address, and all of yours were taken." in body
        assert "you already had" not in body
        assert "when to try again" not in body


def test_where_not_all_are_counted_it_says_at_least() -> None:
    for body in bodies(EmailKind.REQUESTS_DIGEST, Told(at_least=True)):
        assert "we received at least 1 request for" in body
        assert "at least 2 requests" in body
        assert "at least 3 other importers" in body
    for body in bodies(EmailKind.REQUESTS_DIGEST, Told(at_least=True, more=0)):
        assert "perhaps other importers" in body
