"""Real-world CSV files."""

import io

import pytest

from services.console.files.csv_reader import LONGEST_FIELD, LONGEST_LINE, BadRow, Row, read_rows
from services.console.files.header import NoSuchTable

COLUMNS = ("number", "name")


def read(content: bytes | str, optional: tuple[str, ...] = ()) -> list[Row | BadRow]:
    raw = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(raw), COLUMNS, optional))


def rows(*found: tuple[int, str, str]) -> list[Row]:
    """Rows by line, number and name."""
    return [Row(line, {"number": number, "name": name}) for line, number, name in found]


def refusal(content: bytes | str) -> str:
    with pytest.raises(NoSuchTable) as caught:
        read(content)
    return str(caught.value)


def test_each_row_is_known_by_its_line_and_its_columns() -> None:
    assert read('number,name\n1,Acme\n2,"Beta, Inc"\n') == rows((2, "1", "Acme"), (3, "2", "Beta, Inc"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(end: str) -> None:
    content = f"number,name{end}1,Acme{end}".encode("utf-8-sig")
    assert read(content) == rows((2, "1", "Acme"))


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_there() -> None:
    assert read("status,name, number\nactive,Acme,1\n", ("status",)) == [
        Row(2, {"number": "1", "name": "Acme", "status": "active"})
    ]


def test_a_file_may_end_without_a_line_end_and_hold_blank_lines() -> None:
    assert read("number,name\n\n1,Acme\n  \n2,Beta") == rows((3, "1", "Acme"), (5, "2", "Beta"))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"1", "it has 1 columns, the header has 2"),
        (b"1,Acme,more", "it has 3 columns, the header has 2"),
        (b"1,Soci\xe9t\xe9", "it is not UTF-8 (perhaps Windows-1252)"),
        (b'1,"Acme', "its quotes do not match"),
        (b'1,"Acme" Inc', "its quotes do not match"),
        (b"1," + b"x" * (3 * LONGEST_LINE), f"it is longer than {LONGEST_LINE:,} characters"),
    ],
)
def test_a_bad_row_only_affects_its_own_line(bad: bytes, reason: str) -> None:
    assert read(b"number,name\n0,First\n" + bad + b"\n2,Beta\n3,Gamma\n") == [
        Row(2, {"number": "0", "name": "First"}),
        BadRow(3, reason),
        Row(4, {"number": "2", "name": "Beta"}),
        Row(5, {"number": "3", "name": "Gamma"}),
    ]


def test_a_quoted_field_may_span_lines() -> None:
    assert read('number,name\n1,"Acme\nImports"\n2,Beta\n') == rows((2, "1", "Acme\nImports"), (4, "2", "Beta"))


def test_a_quote_inside_a_field_is_an_ordinary_character() -> None:
    assert read('number,name\n1,12" Pipes\n') == [Row(2, {"number": "1", "name": '12" Pipes'})]


def test_wrong_columns_are_named() -> None:
    said = refusal("number,naem,number\n1,Acme,2\n")
    assert "it lacks name" in said
    assert "it has unknown naem" in said
    assert "it has twice number" in said


def test_a_first_row_in_the_place_of_the_header_is_not_quoted() -> None:
    said = refusal("987-65-4320,Eleanor Vance\n")
    assert said == "it has no header: its first line must be number,name"


@pytest.mark.parametrize("blank", [",", " , ", '"",""', "\u00a0,\u200b", ",,,,,", '" "'])
def test_a_row_of_nothing_but_commas_is_a_blank_line(blank: str) -> None:
    assert read(f"number,name\n1,Acme\n{blank}\n2,Beta\n") == rows((2, "1", "Acme"), (4, "2", "Beta"))


@pytest.mark.parametrize(
    "table",
    [
        *("number,name,\n1,Acme,\n", "number,name,,\n1,Acme,,\n", "number,name\n1,Acme,,\n", ",number,name\n,1,Acme\n"),
        *("number,,name\n1, ,Acme\n", "number,name,,\n1,Acme\n", "number,name,\n1,Acme,,,\n"),
    ],
)
def test_an_unnamed_empty_column_is_ignored(table: str) -> None:
    assert read(table) == rows((2, "1", "Acme"))


@pytest.mark.parametrize(("row", "column"), [("1,Acme,x", 3), ("1,Acme,,x", 4), ("1,Acme,x,", 3)])
def test_a_value_in_an_unnamed_column_makes_a_bad_row(row: str, column: int) -> None:
    assert read(f"number,name,,\n{row}\n2,Beta,,\n") == [
        BadRow(2, f"column {column} has a value but no name in the header"),
        Row(3, {"number": "2", "name": "Beta"}),
    ]


@pytest.mark.parametrize("row", ["1", "1,Acme,,,x"])
def test_a_row_with_fewer_or_more_columns_that_hold_something_is_bad(row: str) -> None:
    [found] = read(f"number,name,\n{row}\n")
    assert isinstance(found, BadRow)
    assert "the header has 3" in found.reason


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n"])
def test_an_empty_file_has_no_header(content: bytes) -> None:
    assert "it is empty" in refusal(content)


def test_the_stream_stays_open_for_whoever_owns_it() -> None:
    stream = io.BytesIO(b"number,name\n1,Acme\n")
    list(read_rows(stream, COLUMNS))
    assert not stream.closed


def test_a_field_longer_than_any_column_needs_spoils_its_row_alone() -> None:
    long = "a\u0301\u0316" * (LONGEST_FIELD // 3 + 1)
    said = f"column 2 has {len(long):,} characters, and {LONGEST_FIELD:,} are allowed"
    assert read(f"number,name\n1,{long}\n2,Acme\n") == [BadRow(2, said), *rows((3, "2", "Acme"))]
