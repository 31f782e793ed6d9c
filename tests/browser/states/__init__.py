"""Every state of a page, and how a visitor gets there. The workers behind the form are scripted."""

from tests.browser.states import codes, details, endings, requests
from tests.browser.states.registry import STATES, State

__all__ = ["STATES", "State", "codes", "details", "endings", "requests"]
