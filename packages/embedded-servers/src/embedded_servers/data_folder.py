"""Data that another release of a server wrote is never given to this one: it is kept aside under another name."""

from datetime import UTC, datetime
from pathlib import Path

from embedded_servers.messages import Warn

MARK = "server-version"
"""The file in a data folder that says which version writes there."""


def begin(data: Path, server: str, version: str, unmarked: str, warn: Warn) -> None:
    """Makes the folder `data` ready for this version of a server, where need be without what is in it.

    Releases with the same first two numbers read each other's data. A folder with data and no mark counts as written
    by the version `unmarked`.
    """
    mark = data / MARK
    writer = version
    if data.is_dir() and any(data.iterdir()):
        writer = mark.read_text().strip() if mark.is_file() else unmarked
    if writer.split(".")[:2] != version.split(".")[:2]:
        kept = data.with_name(f"{data.name}-of-{writer}-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        data.rename(kept)
        warn(f"{server} {version} begins anew: the data that {server} {writer} wrote is kept aside in {kept}")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text(f"{version}\n")
