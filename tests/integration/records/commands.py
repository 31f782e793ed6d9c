"""acectl's commands, typed: those that load records and show them."""

import csv
import io
from collections.abc import Mapping

from typer.testing import CliRunner, Result

from services.console.__main__ import app

HEADER = "importer_number,company_name,poc_name,poc_email,top_account\n"


def typed(*arguments: str, input: str | bytes | None = None) -> Result:
    """What came of typing a command."""
    return CliRunner().invoke(app, arguments, input=input)


def load(*rows: str, options: tuple[str, ...] = ()) -> Result:
    """What came of loading importer records from standard input."""
    return typed("importers", "load", *options, "-", input=HEADER + "".join(f"{row}\n" for row in rows))


def load_one(record: Mapping[str, str]) -> Result:
    """What came of loading a file with this one record, its fields quoted as they need it."""
    table = io.StringIO()
    lines = csv.DictWriter(table, list(record))
    lines.writeheader()
    lines.writerow(dict(record))
    return typed("importers", "load", "-", input=table.getvalue())


def lines(result: Result) -> list[str]:
    """The rows that it named."""
    return [line for line in result.stderr.splitlines() if ", line " in line]
