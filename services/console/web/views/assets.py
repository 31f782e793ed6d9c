"""The console's assets: the frame of every page, the design system, and our own files."""

from functools import cache
from pathlib import Path

from shared.web.assets import Assets, make_sources

SOURCES = make_sources(Path(__file__).parent, {})


@cache
def load_assets(packages: Path) -> Assets:
    """The assets with these packages, read and pruned once in a process."""
    return Assets(packages, SOURCES)
