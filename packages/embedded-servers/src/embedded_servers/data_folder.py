"""Keeps a server from data that another release of it wrote: that data is kept aside under another name."""

from datetime import UTC, datetime
from pathlib import Path

from embedded_servers.messages import Warn

MARK = "server-version"
"""The file in a data folder that names the version that writes there."""


def begin(data: Path, server: str, version: str, unmarked: str, warn: Warn) -> None:
    """Prepares the folder `data` for this version of a server. Sets data of another release aside.

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
        warn(f"{server} {version} starts empty: the data that {server} {writer} wrote is kept aside in {kept}")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text(f"{version}\n")
