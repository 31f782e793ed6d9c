"""The form's settings, which need no server."""

import pytest

from shared.settings.processes import Settings


@pytest.fixture(scope="session")
def settings(form_settings: Settings) -> Settings:
    return form_settings
