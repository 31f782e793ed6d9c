"""Everything that the documents name exists: files, functions, headings, `make` targets, settings."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules

GENERATED = {"index.html", ".venv", ".data", "node_modules"}
"""Names in documents that a fresh clone lacks: setup or a run creates them."""

HIDDEN = {".ci", ".devcontainer", ".github"}
FOLDERS = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and (path.name in HIDDEN or not path.name.startswith(".")) and path.name not in GENERATED
)
FILES = sorted(
    path.relative_to(ROOT)
    for path in (*ROOT.glob("*"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*")))
    if path.is_file() and not {"__pycache__", "node_modules"} & set(path.parts)
)
DOCUMENTS = [path for path in FILES if path.suffix == ".md"]

FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
FILE = re.compile(r"[\w./<>*-]+\.(py|js|html|css|toml|ya?ml|json|csv|md|txt|sh|png)")
MODULE = re.compile(rf"(?:python -m )?((?:{'|'.join(name for name in FOLDERS if name.isidentifier())})(?:\.\w+)+)\b.*")
NAMED = re.compile(r"`([\w./-]+\.\w+)`: (`[^`\n]+`(?:, `[^`\n]+`)*)")
"""A file and, after a colon, names in it."""

IDENTIFIER = re.compile(r"[A-Za-z_]+(?:\(\))?")
TARGET = re.compile(r"(?:^    |`)make ([a-z-]+)", re.MULTILINE)
SETTING = re.compile(r"\bACE_[A-Z0-9_]*[A-Z0-9]\b(?!_?[<*])")


def spans(document: Path) -> list[str]:
    """Each piece of code in a document's prose."""
    return CODE.findall(FENCED.sub("", (ROOT / document).read_text()))


def files(span: str) -> list[Path] | None:
    """The files or folders that a piece of code names; an empty list is a mistake, None means that it names none."""
    text = re.sub(r"<[^>]*>", "*", span.rstrip("/"))
    if Path(text).parts[:1] and Path(text).parts[0] in GENERATED:
        return None
    if "/" in text and text.split("/")[0] in FOLDERS and " " not in text:
        return sorted(ROOT.glob(text))
    if FILE.fullmatch(span):
        return [ROOT / file for file in FILES if file.match(text)]
    if re.fullmatch(r"test_\w+", span):
        return [ROOT / file for file in modules() if file.stem == span or defines(ROOT / file, span)]
    module = MODULE.fullmatch(span)
    return _modules(module[1]) if module else None


def _modules(name: str) -> list[Path]:
    path, last = ROOT / name.replace(".", "/"), name.rpartition(".")[2]
    if path.is_dir() or path.with_suffix(".py").is_file():
        return [path]
    parent = path.parent.with_suffix(".py") if path.parent.with_suffix(".py").is_file() else path.parent / "__init__.py"
    return [parent] if parent.is_file() and defines(parent, last) else []


def defines(file: Path, name: str) -> bool:
    """Whether a file has a function, class or method of this name."""
    return re.search(rf"\b(def|class|function) {name}\b", file.read_text()) is not None


def slugs(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub generates them."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for target, anchor in LINK.findall((ROOT / document).read_text()):
        linked = (ROOT / document).parent / target if target else ROOT / document
        assert linked.exists(), target
        assert not anchor or anchor in slugs(linked), f"{target}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    assert [span for span in spans(document) if files(span) == []] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_name_that_a_document_gives_with_its_file_is_in_it(document: Path) -> None:
    for span, names in NAMED.findall((ROOT / document).read_text()):
        for name in CODE.findall(names):
            assert re.search(rf"\b{re.escape(name.removesuffix('()'))}\b", (ROOT / span).read_text()), f"{span}: {name}"


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    code = "\n".join((ROOT / path).read_text() for path in modules() if path.parts[0] != "tests")
    rows = re.findall(r"^\|.*\|(.*)\|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    names = {name.removesuffix("()") for row in rows for name in CODE.findall(row) if IDENTIFIER.fullmatch(name)}
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(TARGET.findall((ROOT / document).read_text())) <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_setting_that_a_document_names_exists(document: Path) -> None:
    known = SETTING.findall((ROOT / "docs" / "settings.md").read_text())
    assert set(SETTING.findall((ROOT / document).read_text())) <= set(known)


def test_every_decision_record_has_the_same_form_and_stands_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    form = ["Context", "Options", "Decision", "Consequences"]
    for number, record in enumerate(sorted(folder.glob("0*.md")), start=1):
        text = record.read_text()
        assert record.name.startswith(f"{number:04}-")
        assert re.match(rf"# {number}\. .+\n\n- Date: \d{{4}}-\d\d-\d\d\n- Status: .+\n", text), record.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == form, record.name
        assert f"({record.name})" in index
