"""Chromium for tests and screenshots: the installed one, or else Debian's, unpacked from its packages."""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from embedded_servers.errors import SetupError
from embedded_servers.system_packages import apt, shared_libraries
from embedded_servers.system_packages.distribution import identify_distribution

SHELL = "chromium-headless-shell"
"""Chromium without the parts for windows on a screen. It opens a page in a quarter of the time."""

INSTALLED = ("chromium", "chromium-browser", "google-chrome")
PACKAGES = [SHELL, "fonts-liberation"]
NEEDLESS = (
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "usr/lib/*/dri",
    "usr/lib/*/libLLVM*",
    "usr/lib/*/libz3*",
)
"""What to delete: documentation and graphics drivers, 190 MB in all."""

STARTER = """\
#!/bin/sh
# Starts this folder's browser with this folder's libraries and fonts.
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="{library_path}" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/{program}" "$@"
"""
FONTS = {
    "Liberation Sans": ("sans-serif", "Arial", "Helvetica"),
    "Liberation Serif": ("serif", "Times New Roman"),
    "Liberation Mono": ("monospace", "Courier New"),
}
"""Fonts, and the families that they replace."""

FONT_SETTINGS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
{aliases}
</fontconfig>
"""
ALIAS = "  <alias><family>{}</family><prefer><family>{}</family></prefer></alias>"


@asynccontextmanager
async def launch() -> AsyncIterator[Browser]:
    """Runs a browser during the block. Raises `SetupError` if there is none."""
    async with (
        async_playwright() as playwright,
        await playwright.chromium.launch(executable_path=find_executable()) as browser,
    ):
        yield browser


def find_executable() -> Path:
    """The program to start: the headless shell, or a full browser if that is all there is.

    On Debian, the first call downloads the shell unless it is installed (100 MB, 340 MB unpacked). Raises `SetupError`
    if there is no browser.
    """
    installed = [Path(found) for name in (SHELL, *INSTALLED) if (found := shutil.which(name))]
    browsers = [program for program in installed if not _is_snap(program)]
    if browsers and browsers[0].name == SHELL:
        return browsers[0]
    try:
        return _download()
    except SetupError:
        if browsers:
            return browsers[0]
        raise


def _download() -> Path:
    if identify_distribution().name != "debian":
        raise SetupError("no Chromium is installed, and only Debian has it as a package: install Google Chrome")
    return (
        apt.unpack(
            "chromium",
            PACKAGES,
            status=partial(apt.pretend_absent, "chromium(-.*)?"),
            finish=_make_startable,
            progress=_announce,
        )
        / "browser"
    )


def _announce(what: str) -> nullcontext[None]:
    print(f"{what}, 100 MB", file=sys.stderr)
    return nullcontext()


def _is_snap(program: Path) -> bool:
    """Whether it is Ubuntu's `chromium-browser`, which starts or suggests a snap. A snap cannot see our folders."""
    with program.open("rb") as file:
        return "/snap/" in str(program.resolve()) or b"snap" in file.read(4096)


def _make_startable(tree: Path) -> None:
    """Writes a script that starts the browser from wherever its folder is. Raises `SetupError` if it fails."""
    for needless in (path for pattern in NEEDLESS for path in tree.glob(pattern)):
        if needless.is_dir():
            shutil.rmtree(needless)
        else:
            needless.unlink()
    aliases = [ALIAS.format(wanted, family) for family, names in FONTS.items() for wanted in names]
    (tree / "fonts.conf").write_text(FONT_SETTINGS.format(aliases="\n".join(aliases)))
    folders = shared_libraries.find_library_path(tree).replace(str(tree), "$here")
    starter = tree / "browser"
    starter.write_text(STARTER.format(library_path=folders, program=f"usr/lib/chromium/{SHELL}"))
    starter.chmod(0o755)
    tried = subprocess.run([str(starter), "--version"], check=False, capture_output=True, text=True)
    if tried.returncode != 0:
        raise SetupError(f"Debian's Chromium does not start: {tried.stderr.strip()}")
