"""How much a load may change before it stops."""

import pytest

from tests.integration.records.commands import Records, active, all_of, load, row, typed


@pytest.mark.parametrize(
    ("lacking", "options", "stops"),
    [
        (100, (), False),
        (101, (), True),
        (101, ("--most-inactive", "101"), False),
        (101, ("--most-inactive", "95%"), False),
        (2, ("--most-inactive", "1"), True),
        (2, ("--most-inactive", "1%"), True),
        (1, ("--most-inactive", "0"), True),
    ],
)
def test_a_complete_file_that_lacks_too_much_changes_nothing(
    lacking: int, options: tuple[str, ...], stops: bool, database: Records
) -> None:
    load(*(row(n) for n in range(110)))
    before = all_of(database)
    done = load(*(row(n, name="Renamed LLC") for n in range(lacking, 111)), options=("--complete", *options))
    assert done.exit_code == (4 if stops else 0)
    assert (all_of(database) == before) is stops
    assert ("--most-inactive" in done.stderr) is stops
    assert stops or active(database) == 111 - lacking


@pytest.mark.parametrize(
    ("changed", "options", "stops"),
    [
        (100, (), False),
        (101, (), True),
        (101, ("--most-contacts", "101"), False),
        (101, ("--most-contacts", "100%"), False),
        (101, ("--dry-run",), True),
        (1, ("--most-contacts", "0"), True),
    ],
)
def test_a_load_that_changes_too_many_contacts_stops_before_it_begins(
    changed: int, options: tuple[str, ...], stops: bool, database: Records
) -> None:
    load(*(row(n) for n in range(110)))
    before = all_of(database)
    rows = [row(n, email="else@where.example" if n < changed else "pat@harbor.example") for n in range(111)]
    done = load(*rows, options=options)
    assert done.exit_code == (4 if stops else 0)
    assert (all_of(database) == before) is stops
    assert ("--most-contacts" in done.stderr) is stops


@pytest.mark.parametrize("email", ["PAT@harbor.example", "Pat Lee <pat@HARBOR.example>", "mailto:pat@harbor.example"])
def test_another_spelling_of_the_same_mailbox_is_no_changed_contact(email: str, database: Records) -> None:
    load(row(1))
    assert load(row(1, email=email), options=("--most-contacts", "0")).exit_code == 0


@pytest.mark.parametrize("was", ["", "nobody", "none@none.com"])
def test_one_word_for_no_contact_may_take_the_place_of_another(was: str, database: Records) -> None:
    load(row(1, email=was))
    assert load(row(1, email="n/a"), options=("--most-contacts", "0")).exit_code == 0
    assert load(row(1), options=("--most-contacts", "0")).exit_code == 4


def test_the_first_load_changes_no_contact(database: Records) -> None:
    assert load(*(row(n) for n in range(150)), options=("--most-contacts", "0")).exit_code == 0
    assert active(database) == 150


@pytest.mark.parametrize(("content", "code"), [("email\na@one.example\n", 4), ("email\na@one.example\nnobody\n", 1)])
def test_a_complete_file_of_users_that_lacks_too_many_or_is_unreadable_removes_nobody(
    content: str, code: int, database: Records
) -> None:
    typed("users", "load", "-", input="email\na@one.example\nb@two.example\n")
    done = typed("users", "load", "--complete", "--most-inactive", "0", "-", input=content)
    assert done.exit_code == code
    assert database["portal_users"].count_documents({}) == 2


@pytest.mark.parametrize("typed_share", ["many", "-1", "5,000"])
def test_an_invalid_allowance_is_a_wrong_command_line(typed_share: str, database: Records) -> None:
    assert load(row(1), options=("--most-contacts", typed_share)).exit_code == 2
