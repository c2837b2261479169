"""What compliance sees of the wordings: those on file with their consents, and those that leads name in vain."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.wordings import record_wording
from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.jobs.consents import count_consents
from aurum_data.models.privacy import LeadConsentEvent
from aurum_data.queries.wordings import consent_wordings
from tests.factories import make_lead


def record(session: Session, version: str, **values: Any) -> None:
    defaults = {"wording": f"Text of {version}", "language": "en", "shown_from": date(2026, 3, 1)}
    record_wording(session, SYSTEM, version=version, **{**defaults, **values})


def agree(session: Session, *versions: str) -> None:
    """A lead for each of these versions."""
    for version in versions:
        session.add(
            LeadConsentEvent(
                lead_id=make_lead(session).id, occurred_at=now(), consent_kind="tcpa_express_written",
                consent_state="given", wording_version=version,
            )
        )  # fmt: skip
    session.flush()


def test_the_newest_wording_stands_on_top_with_its_text_and_consents(session: Session) -> None:
    record(session, "old", shown_from=date(2025, 1, 1), shown_until=date(2026, 2, 28))
    record(session, "new")
    agree(session, "old", "old")
    count_consents(session)
    told = consent_wordings(session)
    shown = told.on_file[["version", "wording", "consents", "recorded_name"]]
    assert shown.to_numpy().tolist() == [["new", "Text of new", 0, "System"], ["old", "Text of old", 2, "System"]]
    assert list(told.on_file["shown_until"]) == [None, date(2026, 2, 28)]
    assert told.missing.empty


def test_versions_without_a_text_are_missing_the_most_named_first(session: Session) -> None:
    record(session, "known")
    agree(session, "rare", "often", "known", "often")
    count_consents(session)
    assert consent_wordings(session).missing.to_numpy().tolist() == [["often", 2], ["rare", 1]]


def test_a_recorded_text_is_missing_no_more_before_anybody_counts_again(session: Session) -> None:
    agree(session, "late")
    count_consents(session)
    record(session, "late")
    told = consent_wordings(session)
    assert told.missing.empty
    assert list(told.on_file["consents"]) == [1]


def test_it_says_when_the_consents_were_counted(session: Session) -> None:
    assert consent_wordings(session).as_of is None
    count_consents(session)
    assert consent_wordings(session).as_of == session.scalar(text("SELECT now()"))


def test_no_consent_is_read_for_it(session: Session) -> None:
    record(session, "2026-03")
    scans = text("SELECT pg_stat_get_xact_numscans('lead_consent_events'::regclass)")
    before = session.scalar(scans)
    consent_wordings(session)
    assert session.scalar(scans) == before


def test_the_replicas_role_may_read_them(shared_db: Database) -> None:
    with shared_db.read() as session:
        consent_wordings(session)
