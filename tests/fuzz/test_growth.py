"""What reads a whole request, message or file: four times the input takes about four times as long, not sixteen."""

import io
from collections.abc import Callable
from contextlib import suppress
from itertools import product
from time import process_time
from urllib.parse import parse_qsl

import pytest
from starlette.requests import Request

from services.console.files.csv_reader import read_rows
from services.console.files.header import NoSuchTable
from services.console.files.importers import importer_rows
from services.console.files.seen_ids import SeenIds
from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import decode
from shared.domain.fields.text import END
from shared.security.fingerprints import BlindIndex
from shared.security.keys import BadKeys, KeyRing
from shared.security.networks import list_networks
from shared.security.redaction import redact
from shared.security.sealing import CannotOpen, Sealer
from shared.web.cookie_header import read_cookies
from shared.web.form_body import MOST_FIELDS, read_origin
from tests.fuzz.cases import IS_SEARCH

LONG = 64_000
"""Characters: as many as a request's headers may have, and about as many as a message, a form, a line of a file."""

UNNOTICED = 0.03
"""Seconds. Whatever takes less for that many is no matter, and too short to compare."""

RING = KeyRing({"k1": bytes(32)})
PARTS = ("a", "1", " ", ".", "-", "@", '"', "\\", '\\"', ",", ";", "=", "\u0301\u0316", "\ufdfa", "\n", '"\n', "[")
SHAPES = (*PARTS, *(map("".join, product(PARTS, PARTS)) if IS_SEARCH else ()))


def read_cookie(text: str) -> None:
    request = Request({"type": "http", "headers": [(b"cookie", f'ace-session-0="{text}"'.encode("utf-8", "replace"))]})
    assert len(read_cookies(request)) > 0


def read_file(text: str) -> None:
    text = text[: len(text) // 4]  # of which there are four
    content = f"{','.join(importer_rows.COLUMNS)}\n12-345678900,Acme,{text},{text},{text}\n{text}".encode()
    list(importer_rows.read(read_rows(io.BytesIO(content), importer_rows.COLUMNS), BlindIndex(RING), SeenIds()))


READERS: dict[str, Callable[[str], object]] = {
    "cookie": read_cookie,
    "form": lambda text: parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS),
    "origin": read_origin,
    "contract": lambda text: decode("check-code.v1", f'{{"code":"{text}","{text}":'),
    "sealed": lambda text: Sealer(RING).open_bytes(f"k1.{text}", ""),
    "key ring": KeyRing.parse,
    "network": list_networks,
    "redaction": lambda text: redact({"text": text, "list": [text]}),
    "end": lambda text: END.sub("", f"{text}a"),
    "file": read_file,
    "header": lambda text: list(read_rows(io.BytesIO((text + "\n").encode()), ("email",))),
}
EXPECTED = (BreaksContract, CannotOpen, BadKeys, NoSuchTable, ValueError)


def measure(read: Callable[[str], object], part: str, length: int, times: int) -> float:
    """Seconds of CPU for a text of this length: the least of several, because the machine has other work."""
    text = part * (length // len(part))

    def once() -> float:
        begun = process_time()
        with suppress(*EXPECTED):
            read(text)
        return process_time() - begun

    return min(once() for _ in range(times))


def grows_too_fast(read: Callable[[str], object], part: str) -> bool:
    """Whether four times the text takes clearly more than four times as long."""
    if measure(read, part, LONG, 1) < UNNOTICED:
        return False
    return measure(read, part, LONG, 3) > max(UNNOTICED, 10 * measure(read, part, LONG // 4, 3))


@pytest.mark.parametrize("reader", READERS)
def test_time_grows_with_the_text_alone(reader: str) -> None:
    assert [part for part in SHAPES if grows_too_fast(READERS[reader], part)] == []


def test_a_search_for_such_growth_finds_it() -> None:
    assert grows_too_fast(lambda text: [text[n:].count("b") for n in range(0, len(text), 8)], "a")
