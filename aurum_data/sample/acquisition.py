"""Where leads come from: sources with their campaigns, and what the campaigns cost each day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from aurum_data.sample.draws import DAY, Weighted, at, clamp, day_ms, usd, uuid7
from aurum_data.sample.write import Batch, Copier, table

SOURCES = table("lead_sources", "id source_name channel cost_per_lead_usd is_active created_at")
CAMPAIGNS = table("campaigns", "id source_id campaign_name external_id starts_on ends_on created_at")
COSTS = table("campaign_costs", "id campaign_id date cost_usd impressions clicks")


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign: share of its source's leads while it runs, and its months (from the start; None: still runs)."""

    name: str
    weight: float
    starts: int = 0
    ends: int | None = None


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """A source: share of leads, cost per lead (cents), better or worse leads, share of unusable ones."""

    name: str
    channel: str
    weight: float
    cost: int
    quality: float
    invalid: float
    medium: str | None = None
    utm_source: str | None = None
    click_id: str | None = None
    click_cost: int = 0
    starts: int = 0
    campaigns: tuple[CampaignPlan, ...] = ()


PLANS = (
    SourcePlan(
        "Google Ads", "paid_search", 0.29, 3400, 0.05, 0.03, "cpc", "google", "gclid", 640, 0,
        (CampaignPlan("nyc-solar-search", 0.50), CampaignPlan("queens-homeowners", 0.22),
         CampaignPlan("staten-island-roofs", 0.16, 5), CampaignPlan("con-edison-rates", 0.12, 19),
         CampaignPlan("federal-credit-deadline", 0.35, 13, 18)),
    ),
    SourcePlan(
        "Meta Ads", "paid_social", 0.26, 2100, -0.02, 0.05, "paid_social", "facebook", "fbclid", 210, 0,
        (CampaignPlan("homeowner-lookalike", 0.45), CampaignPlan("bill-shock-video", 0.30, 4),
         CampaignPlan("brownstone-canopy", 0.15, 9), CampaignPlan("summer-bills", 0.25, 11, 15),
         CampaignPlan("summer-bills-2", 0.25, 23, 27)),
    ),
    SourcePlan("Organic search", "organic", 0.14, 300, 0.09, 0.02, "organic", "google"),
    SourcePlan("Referral program", "referral", 0.07, 2500, 0.17, 0.01, "referral", "refer-a-neighbor"),
    SourcePlan(
        "Partner network", "partner", 0.09, 2200, 0.0, 0.06, "partner", "green-homes", None, 180, 0,
        (CampaignPlan("newsletter", 0.6), CampaignPlan("co-registration", 0.4, 3)),
    ),
    SourcePlan(
        "Microsoft Ads", "paid_search", 0.05, 2700, 0.06, 0.03, "cpc", "bing", "msclkid", 430, 2,
        (CampaignPlan("nyc-solar-search", 0.8), CampaignPlan("landlords", 0.2, 8)),
    ),
    SourcePlan(
        "TikTok Ads", "paid_social", 0.07, 1200, -0.14, 0.10, "paid_social", "tiktok", "ttclid", 90, 8,
        (CampaignPlan("before-after", 0.6), CampaignPlan("first-home-savings", 0.4, 12)),
    ),
    SourcePlan("File import", "import", 0.03, 800, -0.06, 0.05),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Campaign:
    """A campaign as stored, with its last day (None: it runs)."""

    id: UUID
    name: str
    weight: float
    starts_on: date
    ends_on: date | None

    def runs_on(self, day: date) -> bool:
        """Whether it was running on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A source as stored."""

    id: UUID
    plan: SourcePlan
    starts_on: date
    campaigns: tuple[Campaign, ...]
    _of_month: dict[tuple[int, int], Weighted[Campaign] | None] = field(default_factory=dict)

    def campaign_on(self, rng: Random, day: date) -> Campaign | None:
        """A campaign that ran on a day, or None. Campaigns run for whole months."""
        month = (day.year, day.month)
        if month not in self._of_month:
            running = {campaign: campaign.weight for campaign in self.campaigns if campaign.runs_on(day)}
            self._of_month[month] = Weighted(running) if running else None
        choice = self._of_month[month]
        return choice.draw(rng) if choice else None


def months_after(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def make_sources(rng: Random, first: date, until: date, batch: Batch) -> list[Source]:
    """All sources and campaigns, with their rows."""
    sources: list[Source] = []
    for plan in PLANS:
        starts_on = months_after(first, plan.starts)
        created = day_ms(starts_on) - 10 * DAY
        source_id = uuid7(rng, created)
        batch.add(SOURCES, (source_id, plan.name, plan.channel, usd(plan.cost), True, at(created)))
        campaigns = []
        for number, entry in enumerate(plan.campaigns):
            starts = months_after(first, max(entry.starts, plan.starts))
            ends = months_after(first, entry.ends) - timedelta(days=1) if entry.ends is not None else None
            if starts > until:
                continue
            made = day_ms(starts) - 3 * DAY
            campaign = Campaign(uuid7(rng, made), entry.name, entry.weight, starts, ends)
            external = f"{plan.name[:2].upper()}-{1000 + 37 * len(sources) + number}"
            batch.add(CAMPAIGNS, (campaign.id, source_id, campaign.name, external, starts, ends, at(made)))
            campaigns.append(campaign)
        sources.append(Source(source_id, plan, starts_on, tuple(campaigns)))
    return sources


def write_costs(
    connection: psycopg.Connection[Any], copier: Copier, rng: Random, sources: list[Source], first: date, until: date
) -> None:
    """What each campaign cost on each day it ran: near its source's cost per lead times the leads it brought.

    The days around count too, since a campaign also costs money on a day without a lead.
    """
    query = """
        SELECT campaign_id, (created_at AT TIME ZONE 'America/New_York')::date, count(*)
        FROM leads WHERE campaign_id IS NOT NULL GROUP BY 1, 2
    """
    leads: dict[tuple[UUID, date], int] = {(c, d): n for c, d, n in connection.execute(query)}
    rows = []
    for source in sources:
        plan = source.plan
        for campaign in source.campaigns:
            begins, ends = max(campaign.starts_on, first), min(campaign.ends_on or until, until)
            days = [begins + timedelta(days=n) for n in range(-7, (ends - begins).days + 8)]
            counts = [leads.get((campaign.id, day), 0) for day in days]
            for number, day in enumerate(days[7:-7]):
                around = counts[number : number + 15]
                expected = 0.6 * sum(around) / len(around) + 0.4 * around[7]
                cost = round(expected * plan.cost * clamp(rng.gauss(1, 0.12), 0.6, 1.5))
                clicks = max(around[7], round(cost / (plan.click_cost * clamp(rng.gauss(1, 0.1), 0.7, 1.4))))
                impressions = round(clicks / clamp(rng.gauss(0.021, 0.004), 0.008, 0.05))
                row_id = uuid7(rng, day_ms(day) + DAY)
                rows.append((row_id, campaign.id, day, usd(cost), impressions, clicks))
    copier.copy(COSTS, rows)
