"""The form's assets: the frame of every page, the design system, the human verification, and our own files."""

from functools import cache
from pathlib import Path

from shared.web.assets import Assets, make_sources

SOURCES = make_sources(
    Path(__file__).parent,
    {"altcha": ("altcha/dist", ("external/altcha.min.js", "external/altcha.css", "workers/pbkdf2.js"))},
)


@cache
def load_assets(packages: Path) -> Assets:
    """The assets with these packages, read and pruned once in a process: that takes most of a second."""
    return Assets(packages, SOURCES)
