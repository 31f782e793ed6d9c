"""Page 1 with human verification in real time, because browsers have their own clock."""

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
    """Makes the form prompt everybody while the block runs, with these settings."""
    verification = Verification(settings_with_keys(**({"challenge": "always"} | settings)))
    dependencies = form.app.state.dependencies
    form.begin()
    form.clock.at = datetime.now(UTC)
    form.awaiting_code()
    form.app.state.dependencies = replace(dependencies, verification=verification)
    try:
        yield form
    finally:
        form.app.state.dependencies = dependencies
