"""The code keeps the import rules in pyproject.toml, according to import-linter."""

import subprocess
import sys
import tomllib

from tests.architecture.sources import FOLDERS, ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_the_import_rules_hold() -> None:
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_import_rules_see_every_package() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {folder for folder in FOLDERS if (ROOT / folder / "__init__.py").exists()}
    assert packages <= set(rules["root_packages"])
    independent = next(rule for rule in rules["contracts"] if rule["type"] == "independence")
    services = {f"services.{path.parent.name}" for path in (ROOT / "services").glob("*/__init__.py")}
    assert set(independent["modules"]) == services
