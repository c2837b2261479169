"""The summaries of consents and of wordings say what the consents say."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.jobs.consents import count_consents

LEAD = "INSERT INTO leads (zip_code, borough, utility) VALUES ('11215', 'Brooklyn', 'CON_EDISON') RETURNING id"
CONSENT = """
    INSERT INTO lead_consents (lead_id, consent_kind, consent_state) VALUES (:lead, 'tcpa_express_written', :state)
"""
EVENT = """
    INSERT INTO lead_consent_events (lead_id, occurred_at, consent_kind, consent_state, wording_version)
    VALUES (:lead, now(), 'tcpa_express_written', 'given', :version)
"""


def agree(session: Session, *versions: str | None) -> None:
    """A lead for each of these wordings."""
    for version in versions:
        session.execute(text(EVENT), {"lead": session.scalar(text(LEAD)), "version": version})


def wordings(session: Session) -> dict[str, int]:
    rows = session.execute(text("SELECT wording_version, consent_count FROM consent_wording_summary"))
    return {row.wording_version: row.consent_count for row in rows}


def summary(session: Session) -> dict[tuple[str, str], int]:
    rows = session.execute(text("SELECT consent_kind, consent_state, lead_count FROM consent_summary"))
    return {(row.consent_kind, row.consent_state): row.lead_count for row in rows}


def test_counts_each_state(session: Session) -> None:
    for state in ("given", "given", "withdrawn"):
        session.execute(text(CONSENT), {"lead": session.scalar(text(LEAD)), "state": state})
    count_consents(session)
    assert summary(session) == {("tcpa_express_written", "given"): 2, ("tcpa_express_written", "withdrawn"): 1}


def test_state_that_nobody_has_any_more_goes(session: Session) -> None:
    session.execute(text(CONSENT), {"lead": session.scalar(text(LEAD)), "state": "given"})
    count_consents(session)
    session.execute(text("UPDATE lead_consents SET consent_state = 'withdrawn'"))
    count_consents(session)
    assert summary(session) == {("tcpa_express_written", "withdrawn"): 1}


def test_notes_when_it_counted(session: Session) -> None:
    count_consents(session)
    assert session.scalar(text("SELECT as_of = now() FROM rollup_stamps WHERE rollup = 'consent_summary'"))


def test_counts_the_consents_of_each_wording(session: Session) -> None:
    agree(session, "2026-01", "2026-03", "2026-01", None)
    count_consents(session)
    assert wordings(session) == {"2026-01": 2, "2026-03": 1}
    agree(session, "2026-03")
    count_consents(session)
    assert wordings(session) == {"2026-01": 2, "2026-03": 2}


def test_a_wording_that_nobody_names_any_more_goes(session: Session) -> None:
    session.execute(text("INSERT INTO consent_wording_summary VALUES ('undone import', 7)"))
    count_consents(session)
    assert wordings(session) == {}
