"""What a row of an importer file must contain."""

import pytest

from services.console.files.csv_reader import BadRow, Remark, Row
from services.console.files.importers.importer_rows import ImporterRow, read
from services.console.files.seen_ids import SeenIds
from shared.domain.importer_record.poc_email import Fault
from shared.domain.importer_record.poc_name import NameFault
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring

INDEX = BlindIndex(KeyRing.parse(make_ring()))
GOOD = {
    "importer_number": "07-1234567AB",
    "company_name": "Harbor Lights LLC",
    "poc_name": "Pat Rivera",
    "poc_email": "pat@harbor.example",
    "top_account": "",
}


def row(**changes: str) -> ImporterRow | BadRow | Remark:
    [found] = read([Row(2, {**GOOD, **changes})], INDEX, SeenIds())
    return found


def good(**changes: str) -> ImporterRow:
    found = row(**changes)
    assert isinstance(found, ImporterRow)
    return found


def reason(**changes: str) -> str:
    found = row(**changes)
    assert isinstance(found, BadRow)
    return found.reason


def test_a_record_is_found_by_the_index_of_its_number_in_normal_form() -> None:
    assert good(importer_number=" 07\u20131234567ab ").id == INDEX.compute("importer", "07-1234567AB")


def test_the_name_stands_in_its_normal_form() -> None:
    assert good(company_name="  Cafe\u0301   Lune\n").record.company_name == "Caf\u00e9 Lune"


@pytest.mark.parametrize(
    ("email", "fault"),
    [
        ("", Fault.MISSING),
        ("nobody", Fault.MALFORMED),
        ("two@a.example, three@a.example", Fault.SEVERAL),
        ("none@none.com", Fault.PLACEHOLDER),
    ],
)
def test_a_poc_email_that_no_code_can_be_sent_to_does_not_make_a_bad_row(email: str, fault: Fault) -> None:
    assert good(poc_email=email).record.poc_email == email
    assert good(poc_email=email).contact_fault is fault


def test_a_poc_email_is_stored_in_the_form_that_email_is_delivered_to() -> None:
    found = good(poc_email="Pat Lee <Pat.Lee@Harbor.EXAMPLE>;")
    assert (found.record.poc_email, found.contact_fault) == ("Pat.Lee@harbor.example", None)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Pat\x00\r\nRivera\x1b[31m", NameFault.UNPRINTABLE),
        ("Pat\u202egnp.exe", NameFault.UNPRINTABLE),
        ("<b>Pat</b>", NameFault.NO_NAME),
        ("Pat\r\nBcc: victim@else.example", NameFault.NO_NAME),
        ("call +1 800 555 0100 now", NameFault.NO_NAME),
        ("=HYPERLINK(A1)", NameFault.NO_NAME),
        ("A" * 71, NameFault.TOO_LONG),
    ],
)
def test_a_poc_name_that_is_none_is_left_out_and_does_not_make_a_bad_row(name: str, fault: NameFault) -> None:
    found = good(poc_name=name)
    assert (found.record.poc_name, found.name_fault, found.contact_fault) == ("", fault, None)


@pytest.mark.parametrize("account", ["A-7K2M-0XQ9-4T5V", "A-1", "123456789", " a-1\n", "ACE 12_3"])
def test_a_top_account_is_an_account_number(account: str) -> None:
    assert good(top_account=account).top_account == account.strip()


@pytest.mark.parametrize("account", ["", " ", "N/A", "none", "-"])
def test_a_top_account_may_say_that_there_is_none(account: str) -> None:
    assert good(top_account=account).top_account is None


@pytest.mark.parametrize(
    "account", ["=1+1", "<b>A-1</b>", "A-1\u202e", "A--1", "https://evil.example", "\u0410-1", "A" * 41, "A-1\x1b[2J"]
)
def test_another_top_account_makes_a_bad_row_which_is_not_quoted(account: str) -> None:
    said = reason(top_account=account)
    assert said.startswith("**-*****67AB: top_account is no account number")
    assert account not in said


@pytest.mark.parametrize(
    "name", ["\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\U00031350\u738b", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"]
)
def test_a_poc_name_keeps_the_joiners_and_new_letters_that_it_is_spelled_with(name: str) -> None:
    assert good(poc_name=name).record.poc_name == name


@pytest.mark.parametrize(("status", "active"), [("10-Active", True), ("", True), ("Inactive ", False), ("void", False)])
def test_a_status_says_whether_the_record_is_active(status: str, active: bool) -> None:
    assert good(status=status).active is active


def test_without_a_status_column_a_record_is_active() -> None:
    assert good().active


def test_an_unknown_status_is_remarked_and_makes_the_record_inactive() -> None:
    remark, found = read([Row(2, {**GOOD, "status": "pending"})], INDEX, SeenIds())
    assert isinstance(remark, Remark)
    assert remark.line == 2
    assert "status" in remark.reason
    assert isinstance(found, ImporterRow)
    assert not found.active


@pytest.mark.parametrize(("status", "closes"), [("void", True), ("active", False)])
def test_a_row_that_is_bad_otherwise_still_says_whether_its_record_is_active(status: str, closes: bool) -> None:
    found = row(company_name="", status=status)
    assert isinstance(found, BadRow)
    assert (found.about, found.closes) == (INDEX.compute("importer", "07-1234567AB"), closes)


def test_a_row_without_a_number_may_be_about_any_record() -> None:
    found = row(importer_number="07-1234567", status="void")
    assert isinstance(found, BadRow)
    assert (found.about, found.closes) == (None, False)


def test_an_empty_top_account_is_not_a_link() -> None:
    assert good(top_account=" ").top_account is None
    assert good(top_account=" A-1 ").top_account == "A-1"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "is empty"),
        ("07-1234567", "without its two-character suffix"),
        ("123456789", "fits more than one format"),
        ("07-1234567IO", "is malformed"),
    ],
)
def test_a_malformed_number_is_a_bad_row_that_does_not_quote_it(number: str, said: str) -> None:
    found = reason(importer_number=number)
    assert said in found
    assert not number or number not in found


@pytest.mark.parametrize(
    ("name", "said"), [("", "is empty"), (" \t", "is empty"), ("x" * 121, "longer"), ("...", "no letter")]
)
def test_a_name_that_nobody_can_enter_is_a_bad_row(name: str, said: str) -> None:
    assert said in reason(company_name=name)


def test_a_bad_row_shows_the_last_four_characters_of_its_number() -> None:
    found = reason(importer_number="987-65-4320", company_name="")
    assert found.startswith("***-**-4320: ")


def test_a_repeated_number_is_a_bad_row_however_it_is_written() -> None:
    twice = [Row(2, GOOD), Row(3, {**GOOD, "importer_number": "07-1234567ab"})]
    first, second = read(twice, INDEX, SeenIds())
    assert isinstance(first, ImporterRow)
    assert isinstance(second, BadRow)
    assert (second.line, second.reason) == (3, "**-*****67AB: an earlier row has the same importer_number")


def test_what_was_already_bad_stays_bad() -> None:
    bad = BadRow(7, "it is not UTF-8")
    assert list(read([bad], INDEX, SeenIds())) == [bad]
