"""Phones, emails and names, each in one comparable form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.rules.contact import (
    SIMILAR_NAME,
    name_similarity,
    normalise_email,
    normalise_name,
    normalise_phone,
    split_name,
    tidy,
)


class TestNormalisePhone:
    @pytest.mark.parametrize(
        "typed",
        [
            "6465550123",
            "(646) 555-0123",
            "646.555.0123",
            "+1 646 555 0123",
            "1-646-555-0123",
            "+16465550123",
            "646\u2011555\u20110123",
            "tel: 646-555-0123",
            "646-555-0123 / 718-555-0101",
        ],
    )
    def test_american_notations_become_one(self, typed):
        assert normalise_phone(typed).e164 == "+16465550123"

    def test_an_extension_is_kept_apart(self):
        assert normalise_phone("(212) 555-0199 ext. 42") == ("+12125550199", "42")

    def test_letters_are_read_as_keys(self):
        assert normalise_phone("1-646-555-BILL").e164 == "+16465552455"

    def test_a_foreign_number_keeps_its_country(self):
        assert normalise_phone("+44 20 7946 0958").e164 == "+442079460958"

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("", "missing"),
            ("555-0123", "ten digits"),
            ("999-555-0123", "area code"),
            ("646-155-0123", "middle three"),
            ("646-911-0123", "middle three"),
            ("800-555-0199", "toll-free"),
            ("900-555-0199", "toll-free"),
            ("+44 20 7946 09", "country"),
            ("call me", "cannot be read"),
            ("0000000000", "middle three"),
        ],
    )
    def test_what_cannot_be_a_persons_phone_is_refused_with_a_reason(self, typed, reason):
        with pytest.raises(Invalid, match=reason):
            normalise_phone(typed)

    @given(st.text(max_size=80) | st.from_regex(r"[+(]?[0-9 ()\-./x]{7,20}", fullmatch=True))
    def test_any_text_is_read_once_and_for_all_or_refused(self, typed):
        try:
            once = normalise_phone(typed)
        except Invalid:
            return
        assert normalise_phone(once.e164).e164 == once.e164


class TestNormaliseEmail:
    @pytest.mark.parametrize(
        ("typed", "normal"),
        [
            (" Jane.Doe@Example.COM ", "jane.doe@example.com"),
            ("mailto:jane@example.com", "jane@example.com"),
            ("<jane+solar@example.org>", "jane+solar@example.org"),
            ("o'hara@example.net", "o'hara@example.net"),
            ("jane@bücher.example.com", "jane@bücher.example.com"),
        ],
    )
    def test_one_form(self, typed, normal):
        assert normalise_email(typed) == normal

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "jane",
            "jane@",
            "@example.com",
            "jane@localhost",
            "a@b@example.com",
            "jane@example..com",
            ".j@example.com",
        ],
    )
    def test_what_is_no_address_is_refused(self, typed):
        with pytest.raises(Invalid, match="not a valid"):
            normalise_email(typed)

    def test_an_address_longer_than_mail_allows_is_refused(self):
        with pytest.raises(Invalid):
            normalise_email("j" * 60 + "@" + ".".join(["d" * 60] * 4) + ".com")

    @given(st.text(max_size=80) | st.emails())
    def test_any_text_is_read_once_and_for_all_or_refused(self, typed):
        try:
            once = normalise_email(typed)
        except Invalid:
            return
        assert normalise_email(once) == once


class TestNames:
    @pytest.mark.parametrize(
        ("full", "parts"),
        [
            ("Jane Doe", ("Jane", "Doe")),
            ("  jane   DOE ", ("jane", "DOE")),
            ("JANE O'BRIEN", ("Jane", "O'Brien")),
            ("maria de la cruz", ("Maria", "De La Cruz")),
            ("Maria de la Cruz", ("Maria", "de la Cruz")),
            ("Smith, Jane A", ("Jane A", "Smith")),
            ("Martin Luther King, Jr.", ("Martin Luther", "King Jr.")),
            ("Dr. Ravi Patel", ("Ravi", "Patel")),
            ("Cher", ("Cher", "")),
            ("", ("", "")),
            ("王 小明", ("王", "小明")),
        ],
    )
    def test_a_full_name_is_split(self, full, parts):
        assert split_name(full) == parts

    def test_mixed_case_is_left_as_typed(self):
        assert normalise_name("DeShawn McDonald") == "DeShawn McDonald"

    def test_shouting_becomes_name_case(self):
        assert normalise_name("SEAN MCDONALD-O'NEIL III") == "Sean McDonald-O'Neil III"

    @given(st.text(max_size=200))
    def test_normalising_twice_changes_nothing(self, typed):
        assert normalise_name(normalise_name(typed)) == normalise_name(typed)

    @pytest.mark.parametrize(
        ("one", "other", "alike"),
        [
            ("Jane Smith", "jane  smith", True),
            ("Jane Smith", "Smith Jane", True),
            ("J Smith", "Jane Smith", True),
            ("Jayne Smith", "Jane Smith", True),
            ("Jane Smith", "Maria Smith", False),
            ("", "Jane Smith", False),
        ],
    )
    def test_similar_names_are_told_from_others(self, one, other, alike):
        assert (name_similarity(one, other) >= SIMILAR_NAME) is alike


class TestTidy:
    def test_control_direction_and_zero_width_characters_go(self):
        assert tidy("Ja\u202ene\u200b \x00Doe\x1b[31m", 50) == "Jane Doe[31m"

    def test_formulas_stay_as_data(self):
        assert tidy('=HYPERLINK("http://example.com")', 50) == '=HYPERLINK("http://example.com")'

    @given(st.text())
    def test_output_fits_and_can_be_stored_as_utf8(self, typed):
        out = tidy(typed, 40)
        assert len(out) <= 40
        assert "\n" not in out
        out.encode("utf-8")
