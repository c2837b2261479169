"""Scores and conversations over time, read from their rollups; none of it touches a base table of leads."""

from __future__ import annotations

import inspect
import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from aurum_data.models.analytics import ConversationMetric, LeadFactorMetric, LeadQualityMetric, MessageMetric
from aurum_data.models.leads import LeadSource
from aurum_data.queries import lead_quality

MONDAY = date(2026, 11, 9)
TWO_WEEKS = {"first": MONDAY, "last": MONDAY + timedelta(days=13)}


def quality(session: Session, day: int, band: int, **values: Any) -> None:
    row = {"date": MONDAY + timedelta(days=day), "score_band": band, "model_version": "2"} | values
    session.add(LeadQualityMetric(**row))
    session.flush()


def test_bands_are_summed_by_week(session: Session) -> None:
    for day, band, scorings in ((0, 70, 3), (6, 70, 2), (7, 70, 5), (0, 40, 1)):
        quality(session, day, band, scorings=scorings, score_sum=scorings * band, accepted=1)
    found = lead_quality.score_bands(session, **TWO_WEEKS, step="week")
    assert [tuple(row) for row in found[["date", "score_band", "scorings"]].to_numpy()] == [
        (MONDAY, 40, 1),
        (MONDAY, 70, 5),
        (MONDAY + timedelta(days=7), 70, 5),
    ]


def test_totals_are_weighted_by_what_they_count(session: Session) -> None:
    quality(session, 0, 80, scorings=1, score_sum=80, accepted=3, rejected=1)
    quality(session, 1, 40, scorings=3, score_sum=120, accepted=0, rejected=4)
    for outcome, count in (("dropped", 1), ("qualified", 3)):
        session.add(ConversationMetric(date=MONDAY, channel="sms", outcome=outcome, conversations=count, turns=9))
    for sentiment, count, total in (("positive", 2, 1.2), ("negative", 1, -0.6), (None, 9, 0)):
        session.add(
            MessageMetric(
                date=MONDAY, sender="lead", message_type="answer", sentiment=sentiment, messages=count,
                sentiment_sum=total,
            )
        )  # fmt: skip
    session.flush()
    totals = lead_quality.quality_totals(session, **TWO_WEEKS)
    assert (totals.scorings, totals.average_score, totals.answered, totals.acceptance_rate) == (4, 50, 8, 0.375)
    assert (totals.conversations, totals.dropped_share) == (4, 0.25)
    assert totals.average_mood == pytest.approx(0.2)


def test_a_period_without_rows_has_no_rates(session: Session) -> None:
    totals = lead_quality.quality_totals(session, **TWO_WEEKS)
    assert (totals.scorings, totals.average_score, totals.acceptance_rate, totals.average_mood) == (0, None, None, None)


def test_sources_and_versions_stand_apart(session: Session) -> None:
    source = LeadSource(source_name="Search", channel="paid_search")
    session.add(source)
    session.flush()
    quality(session, 0, 80, scorings=2, score_sum=170, source_ref=source.id)
    quality(session, 1, 40, scorings=1, score_sum=45, model_version=None)
    sources = lead_quality.quality_by_source(session, **TWO_WEEKS)
    assert list(sources["source_name"]) == ["Search", "Unknown"]
    assert list(sources["premium_share"].fillna(0)) == [1, 0]
    versions = lead_quality.quality_by_version(session, **TWO_WEEKS)
    assert list(versions["model_version"]) == ["By hand", "2"]


def test_factors_come_by_how_much_they_moved(session: Session) -> None:
    for factor, raised, lowered in (("roof", 5, 1), ("intent", 2, 30)):
        session.add(
            LeadFactorMetric(date=MONDAY, factor=factor, scorings=2, points=10, moved=2, raised=raised, lowered=lowered)
        )
    session.flush()
    moves = lead_quality.factor_moves(session, **TWO_WEEKS)
    assert list(moves["factor"]) == ["intent", "roof"]
    assert list(moves["average_points"]) == [5, 5]


def test_there_is_no_as_of_before_all_rollups_were_made(session: Session) -> None:
    for name in lead_quality.KEPT:
        assert lead_quality.quality_as_of(session) is None
        session.execute(text("INSERT INTO rollup_stamps (rollup, as_of) VALUES (:name, now())"), {"name": name})
    assert lead_quality.quality_as_of(session) is not None


STATEMENTS = {name: one for name, one in inspect.getmembers(lead_quality) if isinstance(one, TextClause)}


@pytest.mark.parametrize("name", STATEMENTS)
def test_charts_read_rollups_alone(name: str) -> None:
    read = set(re.findall(r"(?:FROM|JOIN) ([a-z_]+)", STATEMENTS[name].text))
    assert read <= {*lead_quality.KEPT, "rollup_stamps", "lead_sources", "common"}
