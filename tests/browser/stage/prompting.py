"""Page 1 with human verification, at the real time: browsers have a clock of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.gateway.challenge.verification import Verification
from tests.support.scripted_form import Backstage
from tests.support.settings import settings_with_keys


@contextmanager
def prompted(form: Backstage, **settings: Any) -> Iterator[Backstage]:
    """The form prompts everybody while the block runs, as these settings say."""
    verification = Verification(settings_with_keys(**({"challenge": "always"} | settings)))
    dependencies = form.app.state.dependencies
    form.begin()
    form.clock.time = datetime.now(UTC)
    form.awaiting_code()
    form.app.state.dependencies = replace(dependencies, verification=verification)
    try:
        yield form
    finally:
        form.app.state.dependencies = dependencies
