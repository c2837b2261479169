"""The texts behind consents: recorded once and never changed, ended, withdrawn only while no lead names them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.wordings import (
    LONGEST_VERSION,
    LONGEST_WORDING,
    end_wording,
    record_wording,
    withdraw_wording,
)
from aurum_data.clock import now, today
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.intake.rows import TEXT_LIMIT
from aurum_data.models.privacy import LeadConsentEvent
from aurum_data.rules.identity import Role
from tests.factories import make_actor, make_lead, sign_in

MARCH = date(2026, 3, 1)


def record(session: Session, **values: Any) -> bool:
    """A text of March 2026, in English."""
    defaults = {"version": "2026-03", "wording": "I agree to calls.", "language": "en", "shown_from": MARCH}
    return record_wording(session, SYSTEM, **{**defaults, **values})


def on_file(session: Session) -> list[tuple[Any, ...]]:
    rows = session.execute(
        text("SELECT version, wording, language, shown_from, shown_until FROM consent_wordings ORDER BY version")
    )
    return [tuple(row) for row in rows]


def audits(session: Session, event: str) -> list[dict[str, Any]]:
    return list(session.scalars(text("SELECT details FROM audit_log WHERE event = :event"), {"event": event}))


def name(session: Session, version: str) -> None:
    """A lead that names a version."""
    session.add(
        LeadConsentEvent(
            lead_id=make_lead(session).id,
            occurred_at=now(),
            consent_kind="tcpa_express_written",
            consent_state="given",
            wording_version=version,
        )
    )
    session.flush()


def test_a_text_is_kept_as_people_saw_it(session: Session) -> None:
    assert record(session, wording="  I agree:\r\n\r\n  *calls* & texts.\n")
    assert on_file(session) == [("2026-03", "I agree:\n\n  *calls* & texts.", "en", MARCH, None)]


def test_who_recorded_it_is_on_record(session: Session) -> None:
    carl = sign_in(session, make_actor(session, Role.COMPLIANCE))
    record_wording(session, carl, version="2026-03", wording="I agree.", language="es", shown_from=MARCH)
    assert session.scalar(text("SELECT recorded_by FROM consent_wordings")) == carl.user_id
    said = {"version": "2026-03", "language": "es", "shown_from": "2026-03-01", "shown_until": None}
    assert audits(session, "privacy:wording:record") == [said]


def test_repeating_it_changes_nothing(session: Session) -> None:
    record(session)
    assert not record(session)
    assert len(on_file(session)) == len(audits(session, "privacy:wording:record")) == 1


@pytest.mark.parametrize(
    "other", [{"wording": "I agree to texts."}, {"language": "es"}, {"shown_from": MARCH + timedelta(days=1)}]
)
def test_another_text_needs_another_version(session: Session, other: dict[str, Any]) -> None:
    record(session)
    before = on_file(session)
    with pytest.raises(Conflict, match="a version of its own"):
        record(session, **other)
    assert on_file(session) == before


def test_the_application_cannot_change_a_recorded_text(session: Session) -> None:
    record(session)
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE consent_wordings SET wording = 'I agree to everything.'"))


def test_a_version_is_the_one_that_intake_keeps(session: Session) -> None:
    record(session, version=" 2026-03 \t B ")
    assert on_file(session)[0][0] == "2026-03 B"
    assert LONGEST_VERSION == TEXT_LIMIT


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"version": " \x00 "}, "Give the version"),
        ({"version": "v" * (LONGEST_VERSION + 1)}, "at most 200"),
        ({"wording": " \x00\n"}, "Give the text"),
        ({"wording": "x" * (LONGEST_WORDING + 1)}, "at most 10,000"),
        ({"language": "English"}, "language"),
        ({"shown_from": today() + timedelta(days=400)}, "a year ahead"),
        ({"shown_until": MARCH - timedelta(days=1)}, "before the first"),
    ],
    ids=["no_version", "long_version", "no_text", "long_text", "language", "far_ahead", "backwards"],
)
def test_what_does_not_fit_is_refused(session: Session, values: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        record(session, **values)
    assert on_file(session) == []


def test_the_last_day_can_be_set_later(session: Session) -> None:
    record(session)
    end_wording(session, SYSTEM, version="2026-03", shown_until=date(2026, 9, 30))
    assert on_file(session)[0][-1] == date(2026, 9, 30)
    assert audits(session, "privacy:wording:end") == [{"version": "2026-03", "before": None, "after": "2026-09-30"}]


def test_it_does_not_end_before_it_began(session: Session) -> None:
    record(session)
    with pytest.raises(Invalid, match="before the first"):
        end_wording(session, SYSTEM, version="2026-03", shown_until=MARCH - timedelta(days=1))


def test_a_mistake_is_withdrawn_and_its_text_stays_in_the_audit_trail(session: Session) -> None:
    record(session)
    withdraw_wording(session, SYSTEM, version="2026-03")
    assert on_file(session) == []
    (details,) = audits(session, "privacy:wording:withdraw")
    assert (details["version"], details["wording"]) == ("2026-03", "I agree to calls.")


def test_what_a_lead_names_stays_on_file(session: Session) -> None:
    record(session)
    name(session, "2026-03")
    with pytest.raises(Conflict, match="is evidence"):
        withdraw_wording(session, SYSTEM, version="2026-03")
    assert len(on_file(session)) == 1


def test_what_other_leads_name_keeps_nothing_on_file(session: Session) -> None:
    record(session)
    name(session, "2026-04")
    withdraw_wording(session, SYSTEM, version="2026-03")
    assert on_file(session) == []


@pytest.mark.parametrize("deed", [end_wording, withdraw_wording])
def test_an_unknown_version_is_not_found(session: Session, deed: Any) -> None:
    last = {"shown_until": MARCH} if deed is end_wording else {}
    with pytest.raises(NotFound, match="2019-01"):
        deed(session, SYSTEM, version="2019-01", **last)
