"""What an importer file holds, before anybody loads it: no database and no key is needed."""

from collections.abc import Iterable
from typing import BinaryIO

from services.console.files import csv_reader, importer_rows, loading
from services.console.files.csv_reader import BadRow, Remark
from services.console.files.file_report import Findings
from services.console.files.header import NoSuchTable
from services.console.files.importer_rows import ImporterRow
from services.console.files.row_tally import Tally
from services.console.files.seen_ids import Seen
from services.console.output import printing
from services.console.output.exit_codes import Ending
from services.console.output.progress import Meter
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, new_ring


def check(file: BinaryIO, *, json: bool) -> Ending:
    """Names bad rows as loading does, and prints what is to be known about the good ones."""
    rows = csv_reader.rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
    findings = Findings()
    index = BlindIndex(KeyRing.parse(new_ring()))  # only to know a repeated number
    items = findings.watch(importer_rows.read(rows, index, Seen()))
    name = loading.file_name(file)
    with Meter(name, loading.file_size(file)) as meter:
        tally = Tally(name, meter)
        try:
            _go_through(items, tally, meter, file)
        except NoSuchTable as error:
            tally.say(str(error))
            return Ending.INCOMPLETE
    if json:
        printing.as_json(findings.figures())
    else:
        printing.facts({name.replace("_", " "): said for name, said in findings.described().items()})
    return Ending.INCOMPLETE if tally.bad or tally.remarks else Ending.DONE


def _go_through(items: Iterable[ImporterRow | BadRow | Remark], tally: Tally, meter: Meter, file: BinaryIO) -> None:
    for _ in tally.usable(items):
        if tally.rows % 1_000 == 0:
            meter.reached(tally.rows, file)
