"""Reads a page's forms by their labels. A parser that keeps the whole page would take longer than the system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_FILLED = {"checkbox", "radio", "submit"}
"""Inputs that send nothing unless somebody uses them."""


@dataclass
class Form:
    """A form's target and fields."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    """What it sends if nobody types anything, by name."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of its fields, by id."""
    buttons: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Names and values of its buttons, by text."""


class FormReader(HTMLParser):
    """Collects the forms of a page, and its labels, which may be outside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._targets: dict[str, str] = {}
        """Ids of labeled fields, by the label's text."""
        self._open: Form | None = None
        self._select = ""
        self._text: list[str] | None = None
        self._label_for = ""
        self._button: dict[str, str] = {}
        self.feed(page)

    def fill(self, button: str, typed: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The target, and what a browser sends, after somebody typed this by label and pressed the button."""
        form = next(form for form in self.forms if button in form.buttons)
        by_name = {form.names[self._targets[label]]: value for label, value in typed.items()}
        return form.action, {**form.values, **by_name, **form.buttons[button]}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what a tag adds to the form."""
        if tag not in ("form", "label", "input", "select", "option", "button", "textarea"):
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "label":
            self._label_for, self._text = given.get("for", ""), []
        elif tag == "form":
            self._open = Form(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open:
            self._add(self._open, tag, given)

    def _add(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button":
            self._button, self._text = ({name: given.get("value", "")} if name else {}), []
        elif tag == "option":
            if "selected" in given:
                form.values[self._select] = given.get("value", "")
                self._text = [] if "value" not in given else None
        elif name:
            form.names[given.get("id", name)] = name
            self._select = name if tag == "select" else ""
            if given.get("type") not in NOT_FILLED or "checked" in given:
                form.values[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        """Collects the text of a label, a button or a selected option."""
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Ends a label, a button, an option or a form."""
        text = "".join(self._text or [])
        if tag == "label":
            self._targets[text] = self._label_for
        elif tag == "button" and self._open:
            self._open.buttons[text] = self._button
        elif tag == "option" and self._open and self._text is not None:
            self._open.values[self._select] = text
        elif tag == "form":
            self._open = None
        if tag in ("label", "button", "option"):
            self._text = None
