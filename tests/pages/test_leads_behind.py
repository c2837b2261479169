"""The number on a chart and the list that it opens agree to the row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import NEW_YORK
from aurum_data.errors import Invalid
from aurum_data.jobs.rollups import ROLLUPS, roll_up
from aurum_data.models.ai import LeadQualityHistory
from aurum_data.models.leads import Lead, LeadSource
from aurum_data.models.platforms import B2bPlatform
from aurum_data.queries import lead_quality, market, platforms, revenue
from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_happened import Happened
from aurum_data.queries.leads import matching_versions
from aurum_data.rules.leads import LeadEvent, LeadQuality, quality_of
from pages.parts import leads_behind
from pages.parts.filters import Period
from pages.parts.platform_detail import SEGMENTS
from tests.factories import make_export, make_lead, make_platform, make_sale, make_transaction, make_zip

FIRST = date(2026, 11, 9)
PERIOD = Period(FIRST, FIRST + timedelta(days=6))
DAYS = [FIRST + timedelta(days=n) for n in range(-1, 9)]
# The first and last instant of the period, one before, one after, and some between; the last is 11:59 PM in New York.
INSTANTS = [
    datetime(2026, 11, 8, 23, 59, 59, tzinfo=NEW_YORK),
    datetime(2026, 11, 9, 0, 0, tzinfo=NEW_YORK),
    datetime(2026, 11, 11, 12, 0, tzinfo=NEW_YORK),
    datetime(2026, 11, 15, 23, 59, 59, tzinfo=NEW_YORK),
    datetime(2026, 11, 16, 0, 0, tzinfo=NEW_YORK),
]
SCORES = (35, 45, 62, 79, 80, 100)


@pytest.fixture
def buyers(session: Session) -> list[B2bPlatform]:
    """Two platforms with what happened at every instant; the rollups have counted it."""
    make_zip(session, "11215")
    make_zip(session, "11101", borough="Queens")
    buyers = [make_platform(session, platform_name=name) for name in ("Harbor", "Summit")]
    for number, at in enumerate(INSTANTS):
        for score in SCORES:
            place = {"zip_code": "11101", "borough": "Queens"} if score > 70 else {}
            lead = make_lead(session, created_at=at, qualified_at=at, is_active=score != 45, **place)
            _happens(session, lead, buyers[(number + score) % 2], at, score)
    session.flush()
    for rollup in ROLLUPS:
        roll_up(session, rollup, DAYS)
    return buyers


def _happens(session: Session, lead: Lead, buyer: B2bPlatform, at: datetime, score: int) -> None:
    """One lead is scored and delivered once; what comes of it follows from its score."""
    session.add(
        LeadQualityHistory(
            lead_id=lead.id,
            created_at=at,
            new_score=score,
            new_quality=quality_of(score),
            model_version="2",
            reason="Test",
        )
    )
    if score in (35, 45):
        reason = "duplicate" if score == 35 else None
        make_export(session, lead, buyer, created_at=at, status="rejected", rejection_reason=reason)
    elif score == 62:
        make_export(session, lead, buyer, created_at=at, status="timed_out", error_code="timeout")
    elif score == 79:
        make_export(session, lead, buyer, created_at=at, status="queued")
    else:
        sale = make_sale(session, lead, buyer, at=at)
        if score == 100:
            back = make_export(session, lead, buyer, created_at=at - timedelta(days=60), status="returned")
            make_transaction(
                session, back, amount_usd=Decimal(-80), transaction_type="return", occurred_at=at, offsets_id=sale.id
            )


def opened(session: Session, chosen: LeadFilter) -> int:
    found = matching_versions(session, chosen, most=1_000)
    assert found is not None
    return len(found)


def ids(buyers: Sequence[B2bPlatform]) -> list:
    return [buyer.id for buyer in buyers]


def test_every_step_of_the_funnel_opens_as_many_leads(session: Session, buyers: list[B2bPlatform]) -> None:
    for chosen in ([], ids(buyers[:1])):
        steps = revenue.funnel(session, first=PERIOD.first, last=PERIOD.last, platform_ids=chosen)
        counts = dict(zip(steps["step"], steps["count"], strict=True))
        leads = {
            "leads": leads_behind.came(PERIOD),
            "qualified": leads_behind.qualified(PERIOD),
            "deliveries": leads_behind.delivered(PERIOD, chosen),
            "sales": leads_behind.earned(PERIOD, LeadEvent.SOLD, chosen),
            "returns": leads_behind.earned(PERIOD, LeadEvent.RETURNED, chosen),
        }
        assert {step: opened(session, leads[step]) for step in counts} == counts
        assert min(counts.values()) > 0


def test_a_platform_opens_the_leads_sold_to_it(session: Session, buyers: list[B2bPlatform]) -> None:
    by_platform = revenue.revenue_by_platform(session, first=PERIOD.first, last=PERIOD.last)
    assert len(by_platform) == 2
    for row in by_platform.to_dict("records"):
        chosen = leads_behind.earned(PERIOD, LeadEvent.SOLD, [row["platform_id"]])
        assert opened(session, chosen) == row["sold_leads"] > 0


def test_a_day_of_revenue_opens_its_sales(session: Session, buyers: list[B2bPlatform]) -> None:
    days = revenue.daily_revenue(session, first=DAYS[0], last=DAYS[-1])
    counts = [opened(session, leads_behind.earned(Period(day, day), LeadEvent.SOLD)) for day in days["date"]]
    assert counts == list(days["sold_leads"].fillna(0))
    assert sum(counts) == 2 * len(INSTANTS)


def test_a_segment_of_deliveries_opens_as_many_leads(session: Session, buyers: list[B2bPlatform]) -> None:
    for buyer in buyers:
        days = platforms.platform_days(session, platform_id=buyer.id, first=PERIOD.first, last=PERIOD.last).fillna(0)
        for _, column, _, statuses in SEGMENTS:
            for day, shown in zip(days["date"], days[column], strict=True):
                assert opened(session, leads_behind.delivered(Period(day, day), [buyer.id], statuses)) == shown
            whole = leads_behind.delivered(PERIOD, [buyer.id], statuses)
            assert opened(session, whole) == days[column].sum() > 0


def test_a_reason_opens_the_leads_refused_for_it(session: Session, buyers: list[B2bPlatform]) -> None:
    for buyer in buyers:
        of = {"platform_id": buyer.id, "first": PERIOD.first, "last": PERIOD.last}
        rejections, errors = platforms.rejections_by_reason(session, **of), platforms.errors_by_code(session, **of)
        assert list(rejections["reason"]) in (["duplicate", "not_given"], ["not_given", "duplicate"])
        for frame, names, count, statuses in (
            (rejections, "reason", "rejections", SEGMENTS[1][3]),
            (errors, "error_code", "failures", SEGMENTS[2][3]),
        ):
            for name, shown in zip(frame[names], frame[count], strict=True):
                assert opened(session, leads_behind.delivered(PERIOD, [buyer.id], statuses, [name])) == shown > 0


def test_a_tier_and_a_band_open_the_leads_scored_so(session: Session, buyers: list[B2bPlatform]) -> None:
    bands = lead_quality.score_bands(session, first=PERIOD.first, last=PERIOD.last, step="day")
    by_band = bands.groupby("score_band")["scorings"].sum()
    assert {band: opened(session, leads_behind.scored(PERIOD, [band])) for band in by_band.index} == dict(by_band)
    tiers = bands.assign(tier=[quality_of(band) for band in bands["score_band"]]).groupby(["date", "tier"])
    for (day, tier), shown in tiers["scorings"].sum().items():
        chosen = leads_behind.scored(Period(day, day), leads_behind.bands_of(LeadQuality(tier)))
        assert opened(session, chosen) == shown


def test_a_source_opens_its_leads_that_were_scored(session: Session, buyers: list[B2bPlatform]) -> None:
    source = LeadSource(source_name="Search", channel="paid_search")
    session.add(source)
    session.flush()
    session.execute(text("UPDATE leads SET source_id = :id WHERE zip_code = '11101'"), {"id": source.id})
    roll_up(session, "lead_quality_metrics", DAYS)
    sources = lead_quality.quality_by_source(session, first=PERIOD.first, last=PERIOD.last)
    shown = dict(zip(sources["source_name"], sources["scorings"], strict=True))
    assert opened(session, leads_behind.scored(PERIOD, sources=[source.id])) == shown["Search"] == 9
    assert shown["Unknown"] == 9


def test_an_area_of_the_market_opens_its_leads(session: Session, buyers: list[B2bPlatform]) -> None:
    zips = market.zip_market(session, first=PERIOD.first, last=PERIOD.last, day=PERIOD.last)
    for row in zips.to_dict("records"):
        chosen = leads_behind.came(PERIOD, row["area_zip_codes"].split(", "))
        assert opened(session, chosen) == row["leads"] > 0
    for borough, leads in zips.groupby("borough")["zip_leads"].sum().items():
        assert opened(session, leads_behind.came(PERIOD, boroughs=[borough])) == leads


def test_a_step_that_the_period_cuts_opens_the_part_within() -> None:
    assert leads_behind.step_within(PERIOD, FIRST - timedelta(days=3), 7) == Period(FIRST, FIRST + timedelta(days=3))
    last = PERIOD.last
    assert leads_behind.step_within(PERIOD, last, 7) == Period(last, last)


@pytest.mark.parametrize(
    ("event", "days", "details"),
    [
        (LeadEvent.SOLD, (1, 0), ()),
        (LeadEvent.SOLD, (0, 0), ("duplicate",)),
        (LeadEvent.SCORED, (0, 0), ("85",)),
        (LeadEvent.DELIVERED, (0, 0), tuple(map(str, range(21)))),
    ],
)
def test_what_cannot_have_happened_is_refused(
    event: LeadEvent, days: tuple[int, int], details: tuple[str, ...]
) -> None:
    first, last = (FIRST + timedelta(days=n) for n in days)
    with pytest.raises(Invalid):
        Happened(event=event, first=first, last=last, details=details)
