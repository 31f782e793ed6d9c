"""The first line of a file, recognized for what it is."""

import gzip
import io
import zipfile
from time import process_time

import pytest

from services.console.files.csv_reader import Row, read_rows
from services.console.files.header import NoSuchTable, match_columns

COLUMNS = ("importer_number", "company_name")
TABLE = "importer_number,company_name\n07-1234567AB,Harbor Lights LLC\n"
ROW = {"importer_number": "07-1234567AB", "company_name": "Harbor Lights LLC"}


def read(content: bytes) -> list[object]:
    return list(read_rows(io.BytesIO(content), COLUMNS, ("status",)))


def refusal(content: bytes) -> str:
    with pytest.raises(NoSuchTable) as caught:
        read(content)
    said = str(caught.value)
    assert "Harbor" not in said
    return said


def workbook() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("xl/workbook.xml", TABLE)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (TABLE.replace(",", ";").encode(), "semicolons"),
        (TABLE.replace(",", ";").title().encode("utf-8-sig"), "semicolons"),
        (b"sep=;\r\n" + TABLE.replace(",", ";").encode(), "semicolons"),
        (TABLE.replace(",", "\t").encode(), "tabs"),
        (TABLE.replace(",", "|").encode(), "vertical bars"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (TABLE.encode("utf-16-le"), "UTF-16"),
        (TABLE.replace(",", "\t").encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "UTF-16"),
        ("importer_number,company_name,soci\u00e9t\u00e9\n".encode("cp1252"), "Windows-1252"),
        (workbook(), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\n", "old Excel workbook"),
        (gzip.compress(TABLE.encode(), mtime=0), "gzip"),
        (b"%PDF-1.7\n", "PDF"),
        (b"  <!DOCTYPE html>\n<table><tr><td>importer_number", "web page"),
        (b'[{"importer_number": "07-1234567AB"}]', "JSON"),
        (b'"importer_number,company_name"\n"07-1234567AB,Harbor Lights LLC"\n', "each line is quoted as a whole"),
        (b"importer_number,company_name,Importer Number\n", "it has twice importer_number"),
        (b"Importer_Number,company\n", "it lacks company_name; it has unknown company."),
        (b"07-1234567AB,Harbor Lights LLC\n", "it has no header"),
        (b",,,\n\n , \n", "it is empty"),
        (b'importer_number,"company_name\n', "its quotes do not match"),
    ],
)
def test_a_wrong_file_is_recognized_for_what_it_is(content: bytes, named: str) -> None:
    assert named in refusal(content)


@pytest.mark.parametrize(
    "header",
    [
        *("IMPORTER_NUMBER,COMPANY_NAME", "Importer_Number,Company_Name", "Importer Number, Company  Name "),
        *("importer-number,company-name", "importerNumber,companyName", '"importer_number","company_name"'),
        *(
            "\ufeffimporter_number,company_name",
            "sep=,\nimporter_number,company_name",
            ",,\nimporter_number,company_name",
        ),
    ],
)
def test_a_header_that_can_mean_one_thing_only_is_read(header: str) -> None:
    [row] = read(f"{header}\n07-1234567AB,Harbor Lights LLC\n".encode())
    assert isinstance(row, Row)
    assert row.values == ROW


@pytest.mark.parametrize("header", ["importer_number,company_name,shoe_size", "importer_number,company_name,statsu"])
def test_a_column_with_an_unknown_name_is_refused(header: str) -> None:
    assert f"unknown {header.rpartition(',')[2]}" in refusal(f"{header}\n".encode())


def test_a_header_that_repeats_a_column_many_times_is_refused_at_once() -> None:
    begun = process_time()
    with pytest.raises(NoSuchTable, match="it has twice status"):
        match_columns(["importer_number", *["status"] * 100_000], COLUMNS, ("status",))
    assert process_time() - begun < 1  # a minute, if it were counted each time that it is there
