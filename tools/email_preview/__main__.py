"""Writes previews of every email: `make emails`, or `python -m tools.email_preview FOLDER`.

It needs no server or keys. Without a browser, it only omits the pictures.
"""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Error

from embedded_servers.errors import SetupError
from services.notifier.rendering import EmailRenderer
from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import Settings
from tools import chromium
from tools.email_preview import preview


async def write(folder: Path) -> Path:
    """Writes all previews into this folder; returns the index."""
    previews = preview.write_emails(folder, EmailRenderer(loading.read(Settings)))
    try:
        async with chromium.launch() as browser:
            await preview.take_pictures(previews, folder, browser)
    except (Error, SetupError) as error:
        print("no pictures:", str(error).splitlines()[0], file=sys.stderr)
        return preview.write_index(previews, folder, with_pictures=False)
    return preview.write_index(previews, folder, with_pictures=True)


def main() -> None:
    """The command."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m tools.email_preview FOLDER")
    try:
        index = asyncio.run(write(Path(sys.argv[1])))
    except SettingError as error:
        sys.exit(f"ace: {error}")
    except OSError as error:
        sys.exit(f"ace: {error.filename}: {error.strerror}")
    print(index)


if __name__ == "__main__":
    main()
