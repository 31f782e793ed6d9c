"""What `make test` leaves to `make test-full`."""

from typing import Any

import pytest


def neighbors(*rows: Any) -> list[Any]:
    """Rows of a parametrized test that show what the rows before them show: only `make test-full` runs them."""
    values = (row if isinstance(row, tuple) else (row,) for row in rows)
    return [pytest.param(*row, marks=pytest.mark.full) for row in values]
