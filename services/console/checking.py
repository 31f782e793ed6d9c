"""What an importer file holds, before anybody loads it: no database and no key is needed."""

from collections.abc import Iterable
from typing import BinaryIO

from services.console import importer_rows, loading, printing, table
from services.console.ending import Ending
from services.console.findings import Findings
from services.console.header import NoSuchTable
from services.console.importer_rows import ImporterRow
from services.console.progress import Meter
from services.console.seen import Seen
from services.console.table import BadRow, Remark
from services.console.tally import Tally
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, new_ring


def check(file: BinaryIO, *, json: bool) -> Ending:
    """Names bad rows as loading does, and prints what is to be known about the good ones."""
    rows = table.rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
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
