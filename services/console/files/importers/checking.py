"""Checks an importer file before anybody loads it. Needs neither database nor keys."""

from collections.abc import Iterable
from typing import BinaryIO

from services.console.files import csv_reader, loading
from services.console.files.csv_reader import BadRow, Remark
from services.console.files.header import NoSuchTable
from services.console.files.importers import importer_rows
from services.console.files.importers.file_report import FileReport
from services.console.files.importers.importer_rows import ImporterRow
from services.console.files.row_tally import RowTally
from services.console.files.seen_ids import SeenIds
from services.console.output import printing
from services.console.output.exit_codes import ExitCode
from services.console.output.progress import Meter
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring


def check(file: BinaryIO, *, json: bool) -> ExitCode:
    """Names bad rows like loading does, and prints a report about the good ones."""
    rows = csv_reader.read_rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
    findings = FileReport()
    index = BlindIndex(KeyRing.parse(make_ring()))  # only to detect repeated numbers
    items = findings.watch(importer_rows.read(rows, index, SeenIds()))
    name = loading.name_file(file)
    with Meter(name, loading.measure_file(file)) as meter:
        tally = RowTally(name, meter)
        try:
            _go_through(items, tally, meter, file)
        except NoSuchTable as error:
            tally.say(str(error))
            return ExitCode.INCOMPLETE
    if json:
        printing.print_json(findings.as_dict())
    else:
        printing.print_facts({name.replace("_", " "): said for name, said in findings.describe().items()})
    return ExitCode.INCOMPLETE if tally.bad or tally.remarks else ExitCode.DONE


def _go_through(items: Iterable[ImporterRow | BadRow | Remark], tally: RowTally, meter: Meter, file: BinaryIO) -> None:
    for _ in tally.filter_usable(items):
        if tally.rows % 1_000 == 0:
            meter.report(tally.rows, file)
