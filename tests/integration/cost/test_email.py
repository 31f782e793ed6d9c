"""What the mailer allocates for an email: this repeats exactly, seconds do not."""

import gc
import tracemalloc

import pytest

from shared.contracts.email_kind import EmailKind
from tests.support.written_emails import KINDS, Told, event, writer

LIMIT = 2.6
"""What writing an email may need at a time, as a multiple of its own bytes."""


@pytest.mark.parametrize("kind", KINDS)
def test_an_email_needs_little_memory(kind: EmailKind) -> None:
    told = event(kind, Told())
    writer(kind).write(told, kind)  # fills caches
    gc.collect()
    tracemalloc.start()
    written = writer(kind).write(told, kind)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < LIMIT * len(written.content)
