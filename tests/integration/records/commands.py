"""Runs acectl's commands that load and show records."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from pymongo.database import Database
from typer.testing import CliRunner, Result

from services.console.__main__ import app

Records = Database[dict[str, Any]]
HEADER = "importer_number,company_name,poc_name,poc_email,top_account\n"


def typed(*arguments: str, input: str | bytes | None = None) -> Result:
    """Runs a command; returns its result."""
    return CliRunner().invoke(app, arguments, input=input)


def load(*rows: str, options: tuple[str, ...] = ()) -> Result:
    """Loads importer records from standard input; returns the result."""
    return typed("importers", "load", *options, "-", input=HEADER + "".join(f"{row}\n" for row in rows))


def load_one(record: Mapping[str, str]) -> Result:
    """Loads a file with this one record, its fields quoted as needed; returns the result."""
    table = io.StringIO()
    lines = csv.DictWriter(table, list(record))
    lines.writeheader()
    lines.writerow(dict(record))
    return typed("importers", "load", "-", input=table.getvalue())


def lines(result: Result) -> list[str]:
    """The rows that the command complained about."""
    return [line for line in result.stderr.splitlines() if ", line " in line]


def row(n: int, *, email: str = "pat@harbor.example", account: str = "", name: str = "Harbor LLC") -> str:
    return f"07-{n:07}AB,{name},Pat,{email},{account}"


def active(database: Records) -> int:
    return database["importers"].count_documents({"active": True})


def all_of(database: Records) -> list[dict[str, Any]]:
    return list(database["importers"].find().sort("_id"))
