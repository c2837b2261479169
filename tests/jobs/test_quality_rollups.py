"""Rollups of scores and conversations say what the base rows say, counted here in another way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from aurum_data.clock import NEW_YORK, business_day
from aurum_data.jobs.quality_statements import CONVERSATIONS, LEAD_FACTORS, LEAD_QUALITY, MESSAGES
from aurum_data.jobs.rollups import roll_up, roll_up_all
from aurum_data.models.leads import Lead, LeadSource
from tests.factories import make_export, make_lead, make_model, make_platform

DAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 12, tzinfo=NEW_YORK)
HOUR = timedelta(hours=1)
OWN = {"id", "computed_at"}


def rows(session: Session, table: str) -> list[dict[str, Any]]:
    found = session.execute(text(f"SELECT * FROM {table}")).mappings()
    return sorted(({k: v for k, v in row.items() if k not in OWN} for row in found), key=str)


def score(session: Session, lead: Lead, value: int, at: datetime, version: str | None = "2", **factors: int) -> None:
    session.execute(
        text("""
            INSERT INTO lead_quality_history (lead_id, created_at, new_score, new_quality, factors, reason,
                                              model_version)
            VALUES (:lead, :at, :score, 'basic', CAST(:factors AS jsonb), 'Test', :version)
        """),
        {
            "lead": lead.id, "at": at, "score": value, "version": version,
            "factors": "{" + ", ".join(f'"{name}": {points}' for name, points in factors.items()) + "}",
        },
    )  # fmt: skip


def talk(session: Session, model: UUID, lead: Lead, at: datetime, **values: Any) -> UUID:
    talked = {"outcome": "dropped", "drop_off_turn": 2, "turn_count": 3, "channel": "sms"} | values
    made: UUID = session.scalars(
        text("""
            INSERT INTO ai_conversations (lead_id, ai_model_id, channel, started_at, outcome, drop_off_turn, turn_count,
                                          cost_usd)
            VALUES (:lead, :model, :channel, :at, :outcome, :drop_off_turn, :turn_count, 0) RETURNING id
        """),
        talked | {"lead": lead.id, "model": model, "at": at},
    ).one()
    return made


def say(session: Session, lead: Lead, conversation: UUID, turn: int, at: datetime, **values: Any) -> None:
    said = {"sender": "lead", "kind": "question", "intent": "get_quote", "sentiment": "positive", "mood": 0.5} | values
    session.execute(
        text("""
            INSERT INTO lead_conversations (lead_id, session_id, created_at, turn, sender, message_type, content,
                                            intent, sentiment, sentiment_score)
            VALUES (:lead, :session, :at, :turn, :sender, :kind, 'Hello', :intent, :sentiment, :mood)
        """),
        said | {"lead": lead.id, "session": conversation, "at": at, "turn": turn},
    )


def test_scorings_count_by_source_version_and_band(session: Session) -> None:
    source = LeadSource(source_name="Search", channel="paid_search")
    session.add(source)
    session.flush()
    lead = make_lead(session, source_id=source.id)
    for value in (70, 79, 100):
        score(session, lead, value, NOON)
    score(session, make_lead(session), 9, NOON, version=None)
    roll_up(session, "lead_quality_metrics", [DAY])
    found = [
        (row["source_ref"], row["model_version"], row["score_band"], row["scorings"], row["score_sum"])
        for row in rows(session, "lead_quality_metrics")
    ]
    assert sorted(found, key=str) == sorted(
        [(source.id, "2", 70, 2, 149), (source.id, "2", 90, 1, 100), (None, None, 0, 1, 9)], key=str
    )


def test_a_delivery_counts_under_the_score_of_its_moment(session: Session) -> None:
    lead, buyer = make_lead(session), make_platform(session)
    score(session, lead, 45, NOON - 24 * HOUR)
    score(session, lead, 85, NOON + HOUR)
    for status, at in (("accepted", NOON), ("rejected", NOON), ("returned", NOON + 2 * HOUR), ("queued", NOON)):
        make_export(session, lead, buyer, created_at=at, status=status)
    make_export(session, make_lead(session), buyer, created_at=NOON)  # never scored
    roll_up(session, "lead_quality_metrics", [DAY])
    found = {row["score_band"]: (row["accepted"], row["rejected"]) for row in rows(session, "lead_quality_metrics")}
    assert found == {40: (1, 1), 80: (1, 0)}


def test_factors_tell_what_moved_a_score(session: Session) -> None:
    lead = make_lead(session)
    score(session, lead, 50, NOON - 24 * HOUR, roof=20, bill=30)
    score(session, lead, 55, NOON, roof=15, intent=40)
    roll_up(session, "lead_factor_metrics", [DAY])
    found = {
        row["factor"]: (row["scorings"], row["points"], row["moved"], row["raised"], row["lowered"])
        for row in rows(session, "lead_factor_metrics")
    }
    assert found == {"roof": (1, 15, 1, 0, 5), "intent": (1, 40, 1, 40, 0), "bill": (0, 0, 1, 0, 30)}


def test_a_first_score_moves_nothing(session: Session) -> None:
    score(session, make_lead(session), 20, NOON, roof=20)
    roll_up(session, "lead_factor_metrics", [DAY])
    [row] = rows(session, "lead_factor_metrics")
    assert (row["points"], row["moved"], row["raised"]) == (20, 0, 0)


def test_conversations_and_messages_count_by_what_they_were(session: Session) -> None:
    lead, model = make_lead(session), make_model(session).id
    dropped = talk(session, model, lead, NOON)
    talk(session, model, lead, NOON, outcome=None, drop_off_turn=None)
    say(session, lead, dropped, 1, NOON)
    say(session, lead, dropped, 2, NOON, mood=0.9)
    say(session, lead, dropped, 3, NOON, sender="agent", kind="closing", intent=None, sentiment=None, mood=None)
    for rollup in ("conversation_metrics", "message_metrics"):
        roll_up(session, rollup, [DAY])
    counted = {row["outcome"]: (row["drop_off_turn"], row["turns"]) for row in rows(session, "conversation_metrics")}
    assert counted == {"dropped": (2, 3), None: (None, 3)}
    told = {(row["sender"], row["intent"], row["messages"]) for row in rows(session, "message_metrics")}
    assert told == {("lead", "get_quote", 2), ("agent", None, 1)}
    [mood] = [row["sentiment_sum"] for row in rows(session, "message_metrics") if row["sender"] == "lead"]
    assert mood == Decimal("1.4")


def test_what_is_gone_from_a_day_leaves_its_rollup(session: Session) -> None:
    score(session, make_lead(session), 20, NOON, roof=20)
    for _ in range(2):
        for rollup in ("lead_quality_metrics", "lead_factor_metrics"):
            roll_up(session, rollup, [DAY])
        session.execute(text("DELETE FROM lead_quality_history"))
    assert rows(session, "lead_quality_metrics") == rows(session, "lead_factor_metrics") == []


START = datetime(2026, 10, 25, 4, tzinfo=UTC)  # the clock changes on November 1
events = st.lists(
    st.tuples(
        st.sampled_from(["score", "accepted", "rejected", "returned", "message"]),
        st.integers(0, 14 * 24 * 60),  # minutes after the start
        st.integers(0, 100),
    ),
    min_size=3,
    max_size=25,
)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happened=events)
def test_rollups_equal_a_count_of_the_base_rows(session: Session, happened: list[tuple[str, int, int]]) -> None:
    session.rollback()
    buyer = make_platform(session)
    leads = [make_lead(session, created_at=START) for _ in range(2)]
    scorings, answers, messages = Counter[Any](), Counter[Any](), Counter[Any]()
    given_scores: dict[UUID, list[tuple[datetime, int]]] = {lead.id: [] for lead in leads}
    model = make_model(session).id
    sessions = {lead.id: talk(session, model, lead, START) for lead in leads}
    for number, (kind, minutes, choice) in enumerate(sorted(happened, key=lambda one: one[1])):
        lead, at = leads[choice % 2], START + timedelta(minutes=minutes, seconds=number)
        if kind == "score":
            score(session, lead, choice, at, points=choice)
            given_scores[lead.id].append((at, choice))
            scorings[business_day(at), min(choice // 10, 9) * 10] += 1
        elif kind == "message":
            say(session, lead, sessions[lead.id], number + 1, at)
            messages[business_day(at)] += 1
        else:
            make_export(session, lead, buyer, created_at=at, status=kind)
            if given_scores[lead.id]:
                band = min(given_scores[lead.id][-1][1] // 10, 9) * 10
                answers[business_day(at), band, kind != "rejected"] += 1
    roll_up_all(session)
    found_scorings, found_answers = Counter[Any](), Counter[Any]()
    for row in rows(session, "lead_quality_metrics"):
        found_scorings[row["date"], row["score_band"]] += row["scorings"]
        found_answers[row["date"], row["score_band"], True] += row["accepted"]
        found_answers[row["date"], row["score_band"], False] += row["rejected"]
    assert +found_scorings == scorings
    assert +found_answers == answers
    assert {row["date"]: row["messages"] for row in rows(session, "message_metrics")} == messages


@pytest.mark.parametrize("rollup", [LEAD_QUALITY, LEAD_FACTORS, CONVERSATIONS, MESSAGES])
def test_what_goes_is_found_without_comparing_every_row_with_every_other(session: Session, rollup: TextClause) -> None:
    session.execute(text("SET LOCAL enable_nestloop = off"))  # a whole history is too long for it; here it is short
    plan = "\n".join(session.scalars(text(f"EXPLAIN {rollup.text}"), {"days": [DAY]}))
    assert "Anti Join" in plan
    assert "Nested Loop Anti Join" not in plan
