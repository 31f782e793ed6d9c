"""The documents list every setting."""

import pytest

from shared.settings.groups import PREFIX
from shared.settings.processes import Settings
from tests.architecture.sources import ROOT
from tools.documents import settings_page


def test_the_page_of_settings_is_not_stale() -> None:
    written = (ROOT / "docs" / "settings.md").read_text()
    assert written == settings_page.make_page(), "run `make documents`"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_means(name: str) -> None:
    assert (Settings.model_fields[name].description or "").endswith("."), f"{PREFIX}{name.upper()} needs a sentence"
