"""The consent summary says what the consents say."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.jobs.consents import count_consents

LEAD = "INSERT INTO leads (zip_code, borough, utility) VALUES ('11215', 'Brooklyn', 'CON_EDISON') RETURNING id"
CONSENT = """
    INSERT INTO lead_consents (lead_id, consent_kind, consent_state) VALUES (:lead, 'tcpa_express_written', :state)
"""


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
