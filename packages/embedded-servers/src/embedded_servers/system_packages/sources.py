"""The package sources in the system's own apt configuration. Standard library only.

The code names no archive: mirrors, keyrings and options are the system's.
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

from embedded_servers.errors import SetupError
from embedded_servers.system_packages.distribution import Distribution

ALIASES = {"debian": "oldoldstable|oldstable|stable|testing|unstable|sid", "ubuntu": "devel"}
"""Other names of a suite than its codename."""

COMPONENT = "main"  # every archive of a distribution has it, and few other archives do
LINE = re.compile(r"deb\s+(?P<options>\[[^]]*]\s+)?(?P<address>\S+)\s+(?P<suite>\S+)\s+(?P<components>.*)")
SUITES = re.compile(r"^Suites:[ \t]*(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
COMPONENTS = re.compile(rf"^Components:[^#]*?\b{COMPONENT}\b", re.IGNORECASE | re.MULTILINE)
TYPES = re.compile(r"^Types:.*\bdeb(\s.*)?$", re.IGNORECASE | re.MULTILINE)
LOCAL = re.compile(r"(?<![\w+])file:")  # apt downloads from there only with its method "copy"


def write(folder: Path, system: Distribution, suite: str) -> None:
    """Writes the system's sources of its distribution into a folder, with `suite` in place of the system's own.

    Raises `SetupError` if it has none.
    """
    main, parts = _find_places()
    files = [main, *sorted([*parts.glob("*.list"), *parts.glob("*.sources")])]
    for number, file in enumerate(file for file in files if os.access(file, os.R_OK)):
        text = file.read_text(errors="replace")
        entries = text.split("\n\n") if file.suffix == ".sources" else text.splitlines()
        move = _move_stanza if file.suffix == ".sources" else _move_line
        if moved := [entry for entry in (move(entry, system, suite) for entry in entries) if entry]:
            (folder / f"{number}{file.suffix}").write_text(LOCAL.sub("copy:", "\n\n".join(moved) + "\n"))
    if not any(folder.iterdir()):
        raise SetupError(
            f"apt knows no source of packages for {system.name} {system.codename}: name one in {parts}, or in {main}"
        )


def _find_places() -> tuple[Path, Path]:
    """The file and the folder in which apt looks for its sources."""
    command = ["apt-config", "shell", "MAIN", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    places = dict(word.split("=", 1) for word in shlex.split(told))
    return Path(places["MAIN"]), Path(places["PARTS"])


def _move_line(line: str, system: Distribution, suite: str) -> str:
    """A one-line source, changed to `suite`; empty if it is not the distribution's."""
    source = LINE.match(line)
    if not source or source["address"].startswith("cdrom:") or COMPONENT not in source["components"].split():
        return ""
    moved = _move(source["suite"], system, suite)
    return f"deb {source['options'] or ''}{source['address']} {moved} {source['components']}" if moved else ""


def _move_stanza(stanza: str, system: Distribution, suite: str) -> str:
    """The same for a source in deb822 format."""
    suites = SUITES.search(stanza)
    if not suites or not COMPONENTS.search(stanza) or not TYPES.search(stanza):
        return ""
    moved = " ".join(filter(None, (_move(word, system, suite) for word in suites[1].split())))
    return TYPES.sub("Types: deb", SUITES.sub(f"Suites: {moved}", stanza)) if moved else ""


def _move(word: str, system: Distribution, suite: str) -> str:
    """A suite's name with `suite` in place of the system's own; empty for other suites and for backports."""
    own = rf"({re.escape(system.codename)}|{ALIASES[system.name]})(-updates|-security|/updates)?"
    match = re.fullmatch(own, word)
    if not match:
        return ""
    return word if suite == system.codename else f"{suite}{match[2] or ''}"
