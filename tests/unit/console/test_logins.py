import pytest

from services.console.logins.names import normalize_name
from services.console.logins.passwords import find_weakness, hash_password, is_right, make_password


def test_a_password_is_right_only_for_its_own_hash() -> None:
    stored = hash_password("three words in a row")
    assert "words" not in stored
    assert is_right("three words in a row", stored)
    assert not is_right("three words in a column", stored)
    assert not is_right("three words in a row", None)
    assert not is_right("three words in a row", "not a hash")


def test_passwords_made_here_differ_and_are_strong_enough() -> None:
    made = {make_password() for _ in range(20)}
    assert len(made) == 20
    assert not [password for password in made if find_weakness(password, "ada")]


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "a" * 40,
        "adaadaadaadaadaada",
        "x" * 129,
        "passwordpassword",
        "Password12345678!",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "ab1.ab1.ab1.ab1.ab1.",
        "Welcome, admin 2026",
        "correct horse battery staple",
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    assert find_weakness(password, "ada")


@pytest.mark.parametrize("password", ["three words in a row", "Rover bit 4 postmen", "kqzw-hv7n-x2mt-9rcd"])
def test_several_words_or_random_characters_are_a_password(password: str) -> None:
    assert find_weakness(password, "ada") is None


@pytest.mark.parametrize(("typed", "name"), [("Ada", "ada"), (" ada.l ", "ada.l"), ("", None), ("1ada", None)])
def test_a_name_is_plain_and_in_lower_case(typed: str, name: str | None) -> None:
    assert normalize_name(typed) == name
    assert normalize_name("a" * 33) is None
    assert normalize_name("ada@example.com") is None
