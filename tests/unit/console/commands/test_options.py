"""Options that several commands share."""

from services.console.command_line import options


def test_an_operators_name_is_as_given_without_addresses_and_numbers() -> None:
    assert options.name_operator(" ada ") == "ada"
    assert options.name_operator("ada, for jane@example.com 123-45-6789") == "ada, for ***@*** ***"


def test_an_operator_without_a_given_name_is_the_user_of_this_machine() -> None:
    assert "@" in options.name_operator(" ")
