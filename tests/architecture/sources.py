"""The project's own Python files."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "shared", "deploy", "packages", "clients", "examples", "tools", "tests", "benchmarks")


def modules() -> list[Path]:
    """All of our Python files, relative to the project."""
    found = (path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not {".venv", "node_modules"} & set(path.parts))
