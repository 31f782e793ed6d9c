"""What the emails look like: inline styles, readable colors, names that are not altered."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.templates import TEMPLATES
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from tests.support.contrast import Color, contrast
from tests.support.written_emails import KINDS, Told, html, written

PAIR = ("color", "background-color")
Style = dict[str, str]
Scheme = Literal["light", "dark"]
READABLE = 4.5
"""Contrast of text with its background (WCAG 2.2, 1.4.3), here also for large text."""


def rules(css: str) -> list[tuple[str, Style]]:
    return [(selector.strip(), declared(style)) for selector, style in re.findall(r"([^{}]+)\{([^{}]*)\}", css)]


def declared(style: str) -> Style:
    pairs = (pair.split(":", 1) for pair in style.replace("!important", "").split(";") if ":" in pair)
    return {name.strip(): value.strip() for name, value in pairs}


def styled(page: BeautifulSoup, scheme: Scheme) -> dict[int, Style]:
    """Each element's inline style, plus the head's rules in dark mode."""
    styles = {id(element): declared(str(element.get("style", ""))) for element in page.find_all(True)}
    if scheme == "dark":
        [dark] = re.findall(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", str(page.style), re.DOTALL)
        for selector, style in rules(dark):
            for element in page.select(selector):
                styles[id(element)].update(style)
    return styles


def texts(page: BeautifulSoup, scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """Each piece of text with its color and background, inherited if necessary."""
    styles = styled(page, scheme)
    for text in page.select("[role=main]")[0].find_all(string=re.compile(r"\w")):
        if type(text) is NavigableString:  # not a comment
            around = [styles[id(element)] for element in text.parents if id(element) in styles]
            color, behind = (next(filter(None, (style.get(name) for style in around)), "none") for name in PAIR)
            yield str(text), color, behind


def rgb(color: str) -> Color:
    assert re.fullmatch("#[0-9a-f]{6}", color), color
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue


def test_contrast_is_counted_as_the_guidelines_do() -> None:
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#767676"), rgb("#ffffff")) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_text_stands_out_from_what_is_behind_it(kind: EmailKind, scheme: Scheme) -> None:
    page = BeautifulSoup(html(written(kind, Told(problem=Problem.EMAIL_IN_USE))), "html.parser")

    seen = list(texts(page, scheme))
    assert len(seen) > 20
    assert [found for found in seen if contrast(rgb(found[1]), rgb(found[2])) < READABLE] == []


@pytest.mark.parametrize("kind", KINDS)
class TestTheLooksOfEveryEmail:
    def test_has_inline_styles_for_programs_that_drop_style_sheets(self, kind: EmailKind) -> None:
        page = BeautifulSoup(html(written(kind)), "html.parser")

        for element in page.select("td, th, h1, h2, p, a, li, table"):
            assert element.get("style"), element
        assert "#162e51" in str(page.select_one(".header"))

    def test_keeps_in_its_head_what_narrow_screens_and_dark_colors_need(self, kind: EmailKind) -> None:
        assert "@media (max-width: 480px)" in html(written(kind))
        assert "@media (prefers-color-scheme: dark)" in html(written(kind))

    def test_says_its_character_set_before_anything_long(self, kind: EmailKind) -> None:
        """In the first 1024 bytes, where a browser looks for it (HTML, 13.2.3.2)."""
        assert 'charset="utf-8"' in html(written(kind))[:200]

    def test_has_headings_in_their_order(self, kind: EmailKind) -> None:
        page = BeautifulSoup(html(written(kind)), "html.parser")

        assert [heading.name for heading in page.select("h1, h2, h3, h4, h5, h6")][:2] == ["h1", "h2"]
        assert not page.select("h3, h4, h5, h6")

    def test_is_small(self, kind: EmailKind) -> None:
        assert len(bytes(written(kind))) < 20_000


@pytest.mark.parametrize(
    "name",
    [
        "&lt;b&gt; &amp; &#39; &quot; &nbsp;",
        "</style><style>*{display:none}</style>",
        "</td></tr></table>",
        "<!--[if mso]>",
        "--> ]]> <![endif]-->",
        "{{ code }} {% include 'layout.html' %} {# #}",
        "style=\"color:red\" class='code'",
    ],
)
def test_names_are_said_as_they_are_and_change_no_look(name: str) -> None:
    plain, hostile = (
        BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE, told)), "html.parser")
        for told in (Told(), Told(company_name=name, poc_name=name))
    )

    assert [cell.get_text() for cell in hostile.select(".facts .quoted")][1] == name
    assert [(tag.name, tag.attrs) for tag in hostile.find_all(True)] == [
        (tag.name, tag.attrs) for tag in plain.find_all(True)
    ]
    assert str(hostile.style) == str(plain.style)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "M", "Z")) | st.just(" "), min_size=1, max_size=99)
)
def test_any_name_is_said_as_it_is(name: str) -> None:
    page = BeautifulSoup(html(written(EmailKind.VERIFICATION_CODE, Told(poc_name=name))), "html.parser")

    greeted = page.select_one("p .quoted")
    assert isinstance(greeted, Tag)
    assert greeted.get_text() == " ".join(name.split())


def test_each_font_asked_for_first_is_one_that_windows_has() -> None:
    """Outlook for Windows uses Times New Roman if the first font is missing, even for the code."""
    first = re.findall(r"font-family: ([^,;]+)", (TEMPLATES / "email.css").read_text())

    assert set(first) == {"Arial", "Georgia", "Consolas"}


def test_every_class_that_a_template_uses_has_a_style() -> None:
    css = (TEMPLATES / "email.css").read_text()
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for names in re.findall(r'class="([\w ]+)"', path.read_text())
        for name in names.split()
    }

    assert len(used) > 10
    assert {name for name in used if f".{name}" not in css} == set()
