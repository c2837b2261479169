"""The search box of leads: what a text is taken for, and what it finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.models.leads import Lead, LeadPlatformId
from aurum_data.queries import leads as queries
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_search import MOST_WORDS, recognise
from aurum_data.queries.leads import count_leads, list_leads
from aurum_data.rules.leads import LeadStatus
from aurum_data.security.encryption import Keyring
from tests.factories import make_lead, make_platform

NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn a right answer into 'too slow' or into an estimate."""
    monkeypatch.setattr(queries, "LIST_LIMIT_MS", 20_000)
    monkeypatch.setattr(queries, "COUNT_LIMIT_MS", 20_000)


@pytest.fixture
def maria(session: Session, keyring: Keyring) -> Lead:
    """A lead with everything that identifies one, among others."""
    for number in range(5):
        make_lead(session, first_name="Other", last_name=f"Person{number}", property_address=f"{number} Elm Street")
    lead = make_lead(
        session,
        first_name="María",
        last_name="O'Brien-López",
        property_address="41-25 Kissena Blvd",
        zip_code="11355",
        phone_hash=keyring.digest("phone", "+16465550123"),
        email_hash=keyring.digest("email", "maria@example.com"),
    )
    session.add(LeadPlatformId(platform_ref=make_platform(session).id, platform_lead_id="HS-00017", lead_ref=lead.id))
    session.flush()
    return lead


def found(session: Session, typed: str, **parts: Any) -> list[UUID]:
    return list(list_leads(session, filter=LeadFilter(search=typed, **parts)).frame["id"])


@pytest.mark.parametrize(
    "typed",
    [
        "646-555-0123", "(646) 555-0123", "+1 646 555 0123", "6465550123", "1.646.555.0123", " 646 555 0123 x5 ",
        "maria@example.com", "MARIA@Example.com", "mailto:maria@example.com", "HS-00017", "María", "maría", "O'Brien",
        "lópez", "kissena", "Kiss", "41-25", "41-25 kissena blvd", "maría kissena", "11355", "ma kissena",
        "maría 11355",
    ],
)  # fmt: skip
def test_a_lead_is_found_by_whatever_identifies_it(session: Session, maria: Lead, typed: str) -> None:
    assert found(session, typed) == [maria.id]


@pytest.mark.parametrize("shape", ["{}", "lead {}", "https://ops.example/leads?lead={}", " {} "])
def test_a_lead_is_found_by_its_id_wherever_it_was_copied_from(session: Session, maria: Lead, shape: str) -> None:
    assert found(session, shape.format(maria.id)) == [maria.id]
    assert found(session, shape.format(str(maria.id).upper())) == [maria.id]


@pytest.mark.parametrize(
    "typed", ["646-555-0199", "nobody@example.com", "HS-99999", "Mariana", "0199b6c3-0000-7000-8000-000000000000"]
)
def test_what_nobody_has_finds_nobody(session: Session, maria: Lead, typed: str) -> None:
    assert found(session, typed) == []


def test_a_number_is_found_under_an_older_key(
    session: Session, maria: Lead, keyring: Keyring, monkeypatch: Any
) -> None:
    newer = Keyring(keyring.encryption, keyring.hashing | {99: b"n" * 32})
    monkeypatch.setattr("aurum_data.queries.lead_search.get_keyring", lambda: newer)
    assert found(session, "646-555-0123") == [maria.id]


def test_exact_hits_stand_first_and_once(session: Session, maria: Lead) -> None:
    namesakes = [make_lead(session, last_name="HS-00017") for _ in range(3)]
    page = list_leads(session, filter=LeadFilter(search="HS-00017"), limit=2)
    rest = list_leads(session, filter=LeadFilter(search="HS-00017"), after=page.next, limit=2)
    assert (page.exact, rest.exact) == (1, 0)
    assert page.frame["id"].iloc[0] == maria.id
    assert sorted([*page.frame["id"], *rest.frame["id"]]) == sorted([maria.id, *(lead.id for lead in namesakes)])
    assert count_leads(session, LeadFilter(search="HS-00017")).value == 4


def test_exact_hits_pass_the_filters_too(session: Session, maria: Lead) -> None:
    assert found(session, "HS-00017", statuses=(LeadStatus.SOLD,)) == []
    assert found(session, "646-555-0123", statuses=(LeadStatus.SOLD,)) == []


def test_all_leads_of_one_phone_are_found(session: Session, maria: Lead) -> None:
    twin = make_lead(session, phone_hash=maria.phone_hash, duplicate_of=maria.id)
    assert sorted(found(session, "646-555-0123")) == sorted([maria.id, twin.id])


def test_words_beyond_the_first_thousand_rows_are_found(
    session: Session, maria: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "WINDOW", 2)
    assert found(session, "kissena") == [maria.id]
    assert len(found(session, "elm street")) == 5


def test_a_head_of_two_halves_skips_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOW", 2)
    hours = {True: (1, 2, 3, 4), False: (5, 6)}  # the head of the active half ends before the inactive half begins
    for is_active, ages in hours.items():
        for age in ages:
            make_lead(session, first_name="Zelda", is_active=is_active, created_at=NOON - timedelta(hours=age))
    page = list_leads(session, filter=LeadFilter(search="zelda", include_inactive=True), limit=3)
    assert [(NOON - at).seconds // 3600 for at in page.frame["created_at"]] == [1, 2, 3]


def test_wildcards_mean_themselves(session: Session, maria: Lead) -> None:
    percent = make_lead(session, last_name="A100%Sure")
    under = make_lead(session, last_name="abc_def")
    assert found(session, "100%") == [percent.id]
    assert found(session, "abc_d") == [under.id]
    assert found(session, "abcXdef") == []
    assert found(session, "abc%def") == []
    assert found(session, "Kiss%na") == []


def test_two_letters_find_beginnings_of_words_only(session: Session, maria: Lead) -> None:
    assert found(session, "ki") == [maria.id]
    assert found(session, "ss") == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("a", "Type at least two letters."),
        ("%%%", "There is nothing to search for: type letters or digits."),
        ("\U0001f31e", "There is nothing to search for: type letters or digits."),
        ("maria@", "An email address is found only when it is typed in full."),
        ("555-0123", "A phone number is found only when all its digits are typed."),
        ("x" * 201, "Only the first 200 characters were searched."),
        (" ".join("abcdefgh"), f"Only the first {MOST_WORDS} words were searched."),
        ("", ""),
        ("   ", ""),
        ("Maria", ""),
        ("646-555-0123", ""),
    ],
)
def test_what_is_left_out_is_said(typed: str, sentence: str) -> None:
    assert recognise(typed).sentence == sentence


@pytest.mark.parametrize("typed", ["a", "%%%", "\U0001f31e", "   "])
def test_a_text_without_anything_to_find_leaves_the_list_as_it_is(session: Session, maria: Lead, typed: str) -> None:
    assert len(found(session, typed)) == 6


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.one_of(
        st.text(max_size=250),
        st.text(alphabet="%_\\'\";:-() +@.\x00\u200b0123456789abcXYZ", max_size=40),
        st.from_regex(r"[0-9() +.-]{5,20}", fullmatch=True),
        st.emails(),
    )
)
def test_any_text_can_be_searched(session: Session, maria: Lead, typed: str) -> None:
    page = list_leads(session, filter=LeadFilter(search=typed))
    assert count_leads(session, LeadFilter(search=typed)).value == len(page.frame)


def test_search_of_words_is_served_by_the_trigram_indexes(session: Session, maria: Lead) -> None:
    for way in ("enable_seqscan", "enable_indexscan"):
        session.execute(text("SELECT set_config(:way, 'off', true)"), {"way": way})
    wheres, values = recognise("kissena").conditions()
    plan = session.scalars(text(f"EXPLAIN SELECT l.id FROM leads l WHERE {wheres[0]}"), values).all()
    assert " ".join(plan).split().count("idx_lead_search") == 2
