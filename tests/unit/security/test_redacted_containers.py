"""Values inside values, as a log line may hold them."""

from typing import Any

import pytest

from shared.security.redaction import redact


def test_containers_inside_each_other_without_end_are_cut() -> None:
    deep: list[Any] = ["12-345678900"]
    for _ in range(5_000):
        deep = [deep]
    shown = str(redact({"what": deep}))
    assert "... (cut)" in shown
    assert len(shown) < 100


@pytest.mark.parametrize("text", ["ada@acme.example", "KMNP-WXYZ", "application moved", "123-45-6789"])
def test_a_text_that_comes_again_is_judged_alike(text: str) -> None:
    assert redact(text) == redact(text)
