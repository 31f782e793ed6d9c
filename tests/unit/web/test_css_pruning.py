"""The design system's style sheet, without components that none of our pages uses."""

import pytest

from shared.web.css_pruning import find_components, prune

WANTED = find_components(
    ['<p class="usa-alert"><a class="usa-link" href="/">a</a></p>', 'const NAME = "usa-combo-box";']
)


@pytest.mark.parametrize(
    "sheet",
    [
        ".usa-alert{color:red}",
        ".usa-alert__text,.usa-alert--error{color:red}",
        ".usa-combo-box__list-option--focused:hover{color:red}",
        ".usa-alert:not(.usa-card) .usa-link{color:red}",
        "html{color:red}",
        "a[href]>b::before{content:\",.usa-card{\"}",
        "@media print{.usa-alert{color:red}}",
        "@font-face{font-family:A;src:url(../a.woff2)}",
        "@keyframes turn{to{rotate:1turn}}",
        "@supports (color:red){@media print{.usa-link{color:red}}}",
        "@layer usa{.usa-card{color:red}}",
        "@container (width>9px){.usa-card{color:red}}",
        ".usa-alert{color:red;.usa-card &{color:blue}}",
    ],
)  # fmt: skip
def test_rules_that_the_pages_may_need_stay_unchanged(sheet: str) -> None:
    assert prune(sheet, WANTED) == sheet


@pytest.mark.parametrize(
    "sheet",
    [
        ".usa-card{color:red}",
        ".usa-alert .usa-card{color:red}",
        ".usa-alert-card{color:red}",
        r".desktop\:usa-alert{color:red}",
        "@media print{.usa-card{color:red}.usa-cardlet{color:red}}",
        "/* a remark */",
    ],
)
def test_rules_that_the_pages_cannot_need_are_removed(sheet: str) -> None:
    assert prune(sheet, WANTED) == ""


def test_of_a_rule_with_several_selectors_only_ours_stay() -> None:
    assert prune(".usa-card,.usa-alert b,.usa-card>a{color:red}", WANTED) == ".usa-alert b{color:red}"
