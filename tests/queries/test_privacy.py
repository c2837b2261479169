"""Reads of the Compliance screen: requests on their clocks, consent, suppression, retention."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import privacy as actions
from aurum_data.actions.core import SYSTEM
from aurum_data.clock import NEW_YORK, now, today
from aurum_data.jobs.consents import count_consents
from aurum_data.queries import privacy
from aurum_data.rules.identity import Role
from aurum_data.rules.privacy import RETENTION_PERIODS, ConsentState, RequestSource, RequestStatus, RequestType
from aurum_data.security.encryption import Keyring
from tests.factories import make_actor, make_export, make_lead, make_platform


def register(session: Session, *, days_ago: int = 0, **values: Any) -> actions.Registered:
    defaults = {"request_type": RequestType.ACCESS, "source": RequestSource.EMAIL, "subject_name": "Jane Doe"}
    contact = {"phone": "", "email": f"{uuid4().hex}@example.com", "received_on": today() - timedelta(days=days_ago)}
    return actions.register_request(session, SYSTEM, **{**defaults, **contact, **values})


def numbers(session: Session, **filters: Any) -> list[str]:
    return list(privacy.open_requests(session, today=today(), **filters)["request_number"])


def consent_event(session: Session, at: datetime, state: str = "withdrawn", channel: str | None = "sms_stop") -> None:
    session.execute(
        text(
            "INSERT INTO lead_consent_events (lead_id, occurred_at, consent_kind, consent_state, channel)"
            " VALUES (:id, :at, 'sms_marketing', :state, :channel)"
        ),
        {"id": make_lead(session).id, "at": at, "state": state, "channel": channel},
    )


def test_the_request_due_first_stands_on_top(session: Session) -> None:
    late, fresh, middle = (register(session, days_ago=days).request_number for days in (40, 0, 20))
    assert numbers(session) == [late, middle, fresh]


def test_days_left_count_from_today(session: Session) -> None:
    register(session, days_ago=28)
    row = privacy.open_requests(session, today=today()).iloc[0]
    assert row["days_to_answer"] == 2
    assert row["days_to_acknowledge"] < 0


def test_unacknowledged_request_is_overdue_before_its_answer_is(session: Session) -> None:
    made = register(session, days_ago=20)
    assert numbers(session, overdue=True) == [made.request_number]
    actions.acknowledge(session, SYSTEM, request_id=made.request_id)
    assert numbers(session, overdue=True) == []


def test_list_narrows_by_type_status_and_person(session: Session) -> None:
    carl = make_actor(session, Role.COMPLIANCE)
    one, other = register(session), register(session, request_type=RequestType.ERASURE)
    actions.assign(session, SYSTEM, request_id=one.request_id, user_id=carl.user_id)
    actions.deny(session, SYSTEM, request_id=other.request_id, note="Not verified")
    assert numbers(session) == [one.request_number]
    assert numbers(session, assigned_to=carl.user_id) == [one.request_number]
    assert numbers(session, request_type=RequestType.ERASURE) == []
    assert numbers(session, status=RequestStatus.DENIED) == [other.request_number]


def test_counts_of_the_clocks(session: Session) -> None:
    for days in (0, 25, 31):
        made = register(session, days_ago=days)
        actions.acknowledge(session, SYSTEM, request_id=made.request_id)
    counts = privacy.request_counts(session, today=today())
    assert (counts.open, counts.due_soon, counts.overdue) == (3, 1, 1)


def test_median_days_run_from_receipt_to_answer(session: Session) -> None:
    for days in (4, 10, 30):
        actions.deny(session, SYSTEM, request_id=register(session, days_ago=days).request_id, note="Not verified")
    cancelled = register(session, days_ago=90)
    actions.cancel(session, SYSTEM, request_id=cancelled.request_id, note="Taken back")
    assert privacy.request_counts(session, today=today()).median_days == 10


def test_one_request_tells_its_story_latest_first(session: Session) -> None:
    made = register(session, note="Wants a copy")
    actions.acknowledge(session, SYSTEM, request_id=made.request_id)
    session.execute(
        text("UPDATE privacy_request_events SET occurred_at = now() - interval '1 h' WHERE event = 'register'")
    )
    request = privacy.one_request(session, made.request_number)
    assert request is not None
    assert list(request.events["event"]) == ["acknowledge", "register"]
    assert request.standing.acknowledged


def test_one_request_finds_leads_by_phone_and_by_email(session: Session, keyring: Keyring) -> None:
    email = f"{uuid4().hex}@example.com"
    by_phone = make_lead(
        session, phone_hash=keyring.digest("phone", "+17185550167"), created_at=now() - timedelta(days=1)
    )
    by_email = make_lead(session, email_hash=keyring.digest("email", email))
    make_lead(session, phone_hash=keyring.digest("phone", "+17185550168"))
    make_export(session, by_email, make_platform(session, platform_name=f"Harbor {email}"))
    made = register(session, phone="718-555-0167", email=email)
    request = privacy.one_request(session, made.request_number)
    assert request is not None
    assert list(request.leads["lead_id"]) == [by_email.id, by_phone.id]
    assert request.leads["buyers"].iloc[0] == f"Harbor {email}"


def test_request_without_a_phone_matches_no_lead_without_one(session: Session) -> None:
    make_lead(session)
    request = privacy.one_request(session, register(session).request_number)
    assert request is not None
    assert request.leads.empty


def test_one_request_names_the_persons_other_open_requests(session: Session) -> None:
    email = f"{uuid4().hex}@example.com"
    first, second = register(session, email=email), register(session, email=email)
    request = privacy.one_request(session, second.request_number)
    assert request is not None
    assert request.same_person == [first.request_number]


def test_unknown_number_is_none(session: Session) -> None:
    assert privacy.one_request(session, "PR-1999-00001") is None


def test_only_active_people_with_the_right_handle_requests(session: Session) -> None:
    carl, sam = make_actor(session, Role.COMPLIANCE), make_actor(session, Role.SALES)
    found = privacy.handlers(session)
    assert carl.user_id in found
    assert sam.user_id not in found


def test_consent_states_are_all_there_and_of_one_kind(session: Session) -> None:
    for kind, state in (("sms_marketing", "given"), ("sms_marketing", "withdrawn"), ("email_marketing", "given")):
        session.execute(
            text("INSERT INTO lead_consents (lead_id, consent_kind, consent_state) VALUES (:id, :kind, :state)"),
            {"id": make_lead(session).id, "kind": kind, "state": state},
        )
    count_consents(session)
    states = privacy.consent_figures(session, first=today(), last=today(), kind="sms_marketing").states
    assert dict(zip(states["consent_state"], states["leads"], strict=True)) == {
        ConsentState.GIVEN: 1, ConsentState.WITHDRAWN: 1, ConsentState.EXPIRED: 0, ConsentState.UNPROVEN: 0,
    }  # fmt: skip


def test_withdrawals_belong_to_the_new_york_day_and_their_channel(session: Session) -> None:
    consent_event(session, datetime(2026, 3, 8, 23, 30, tzinfo=NEW_YORK))  # the day of 23 hours
    consent_event(session, datetime(2026, 3, 9, 0, 30, tzinfo=NEW_YORK), channel="phone")
    consent_event(session, datetime(2026, 3, 8, 12, 0, tzinfo=NEW_YORK), state="given", channel=None)
    rows = privacy.consent_figures(session, first=date(2026, 3, 8), last=date(2026, 3, 9)).withdrawals
    assert rows.to_numpy().tolist() == [[date(2026, 3, 8), "sms_stop", 1], [date(2026, 3, 9), "phone", 1]]
    assert privacy.withdrawal_count(session, first=date(2026, 3, 8), last=date(2026, 3, 8)) == 1


def test_suppression_is_counted_by_kind(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO suppression_list (contact_kind, contact_hash, key_version, reason)"
            " VALUES ('phone', '\\x01', 1, 'opt_out'), ('email', '\\x02', 1, 'erasure'),"
            " ('phone', '\\x03', 1, 'opt_out')"
        )
    )
    assert privacy.suppression_count(session) == privacy.Suppressed(3, 2, 1)


def test_every_retention_policy_is_there_with_its_cutoff(session: Session) -> None:
    figures = privacy.retention_figures(session, today=date(2026, 11, 22)).set_index("data_type")
    assert dict(figures["retention_days"]) == RETENTION_PERIODS
    assert figures["cutoff"]["error_logs"] == date(2026, 8, 24)
    assert not figures["past_cutoff"].isna().any()


def test_only_rows_past_their_time_are_counted(session: Session) -> None:
    before = privacy.retention_figures(session, today=today()).set_index("data_type")["past_cutoff"]["leads"]
    for days in (2554, 2557):
        make_lead(session, created_at=now() - timedelta(days=days))
    after = privacy.retention_figures(session, today=today()).set_index("data_type")["past_cutoff"]["leads"]
    assert after - before == 1


def test_retention_shows_the_last_run_and_holds(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO retention_runs (data_type, started_at, cutoff, rows_affected, outcome) VALUES"
            " ('error_logs', now() - interval '2 days', now(), 5, 'failed'),"
            " ('error_logs', now(), now(), 7, 'completed')"
        )
    )
    session.execute(text("INSERT INTO legal_holds (matter, reason, data_type) VALUES ('Doe', 'Suit', 'error_logs')"))
    row = privacy.retention_figures(session, today=today()).set_index("data_type").loc["error_logs"]
    assert (row["last_outcome"], row["rows_affected"], row["holds"]) == ("completed", 7, 1)


def test_released_hold_is_not_shown(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO legal_holds (matter, reason, data_type, released_at)"
            " VALUES ('Over', 'Settled', 'leads', now()), ('Doe', 'Suit', 'leads', NULL)"
        )
    )
    assert list(privacy.legal_holds(session)["matter"]) == ["Doe"]


@pytest.mark.parametrize("read", [privacy.request_counts, privacy.open_requests, privacy.retention_figures])
def test_the_replicas_role_may_read_it_all(shared_db: Any, read: Any) -> None:
    with shared_db.read() as session:
        read(session, today=today())


def test_the_replicas_role_may_read_one_request(shared_db: Any) -> None:
    with shared_db.read() as session:
        assert privacy.one_request(session, "PR-1999-00001") is None
        privacy.consent_figures(session, first=today(), last=today())
