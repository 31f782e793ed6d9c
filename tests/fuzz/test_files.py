"""Any file: each bad row is named by its line and a reason that a terminal may show; nothing else happens."""

import io
import itertools
import unicodedata

import typer
from hypothesis import given
from hypothesis import strategies as st

from services.console.applications.search_term import SearchTerm
from services.console.files import user_rows
from services.console.files.csv_reader import BadRow, Remark, Row, read_rows
from services.console.files.header import NoSuchTable
from services.console.files.importers import importer_rows
from services.console.files.importers.file_report import FileReport
from services.console.files.importers.importer_rows import ImporterRow
from services.console.files.seen_ids import SeenIds
from services.console.limits.subject import Subject, Unreadable
from shared.domain import reference
from shared.domain.errors import Invalid
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing
from tests.fuzz.cases import cases, soon
from tests.fuzz.hostile import TRAPS, texts

INDEX = BlindIndex(KeyRing({"k1": bytes(32)}))
IMPORTER = ("12-345678900", "Acme Imports Inc", "Pat Lee", "pat@acme.example", "A-1111-2222-3333", "active")
HEADER = ",".join((*importer_rows.COLUMNS, importer_rows.STATUS))
fields = texts(IMPORTER)
quoted = fields.map(lambda field: '"{}"'.format(field.replace('"', '""')))
raw = st.sampled_from(
    [b"\xff", b"\0", b"\r", b"\n", b'"', b'"\n' * 30, b",", b";", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"a," * 9_000]
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A header and rows, with anything in their fields, cut or with raw bytes anywhere."""
    rows = draw(st.lists(st.lists(st.sampled_from(IMPORTER) | quoted | fields, min_size=5, max_size=6), max_size=4))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    header = draw(st.just(HEADER) | st.just("email") | texts([HEADER]))
    content = ends.join([header, *(",".join(row) for row in rows)]).encode("utf-8", "surrogatepass")
    for place, piece in draw(st.lists(st.tuples(st.integers(0, 300), raw), max_size=3)):
        content = content[:place] + piece + content[place:]
    return content


def check_reason(reason: str) -> None:
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in reason)
    assert len(reason) < 1_000


@cases(200)
@given(tables())
def test_any_importer_file_is_read_to_its_end(content: bytes) -> None:
    report = FileReport()
    with soon():
        try:
            rows = read_rows(io.BytesIO(content), importer_rows.COLUMNS, (importer_rows.STATUS,))
            found = list(report.watch(importer_rows.read(rows, INDEX, SeenIds())))
        except NoSuchTable as error:
            check_reason(str(error))  # the other outcome is as good
            return
        report.as_dict()
    for one in found:
        if isinstance(one, BadRow | Remark):
            check_reason(one.reason)
        else:
            assert isinstance(one, ImporterRow)
            assert all(value.isprintable() or not value.isascii() for value in vars(one.record).values())
    lines = [one.line for one in found]
    assert lines == sorted(lines)
    assert max(lines, default=0) <= content.count(b"\n") + content.count(b"\r") + 1


@cases(100)
@given(tables())
def test_any_user_file_is_read_to_its_end(content: bytes) -> None:
    with soon():
        try:
            for one in user_rows.read(read_rows(io.BytesIO(content), user_rows.COLUMNS), INDEX, SeenIds()):
                if isinstance(one, BadRow):
                    check_reason(one.reason)
        except NoSuchTable as error:
            check_reason(str(error))  # the other outcome is as good


@cases(50)
@given(st.lists(st.sampled_from(TRAPS) | st.sampled_from(['"', "\n", ","]), max_size=40))
def test_any_row_has_its_columns_or_a_reason(parts: list[str]) -> None:
    content = ("email,name\n" + "".join(parts)).encode("utf-8", "surrogatepass")
    for one in itertools.islice(read_rows(io.BytesIO(content), ("email", "name")), 1_000):
        assert (set(one.values) == {"email", "name"}) if isinstance(one, Row) else one.reason.isprintable()


@cases(100)
@given(texts(["ACE-7K2M-0XQ9", "12-345678900", "pat@acme.example", "203.0.113.7", "Acme Inc"], surrogates=True))
def test_any_search_term_is_read_or_refused_without_quoting_it(text: str) -> None:
    with soon():
        for read in (
            SearchTerm.read,
            reference.parse,
            lambda text: Subject.read_importer(text, INDEX),
            lambda text: Subject.read_name(text, INDEX),
            lambda text: Subject.read_address(text, INDEX),
            lambda text: Subject.read_network(text, INDEX),
        ):
            try:
                read(text)
            except (Unreadable, typer.BadParameter, Invalid) as error:
                assert len(str(error)) < 300  # noqa: PT017  # the other outcome is as good
