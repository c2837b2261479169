"""The invented platforms that buy leads: what each takes, pays and how it behaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from uuid import UUID

from psycopg.types.range import DateRange

from aurum_data.rules.geography import Borough
from aurum_data.rules.leads import LeadQuality
from aurum_data.sample.acquisition import months_after
from aurum_data.sample.draws import DAY, HOUR, at, clamp, day_ms, usd, uuid7
from aurum_data.sample.write import Batch, table
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField

PLATFORMS = table(
    "b2b_platforms",
    "id platform_name created_at updated_at status status_reason status_changed_at health delivery_method api_base_url "
    "api_version credentials_encrypted credentials_masked timeout_ms rate_limit_per_minute max_attempts exclusive "
    "max_buyers daily_cap monthly_cap accepted_boroughs minimum_score minimum_monthly_bill_usd commission_rate "
    "return_window_hours return_cap_share payment_terms_days",
)
TIERS = table("b2b_price_tiers", "id platform_id lead_quality borough price_usd effective created_at")
BAD_WEEK = (9 * DAY, 2 * DAY)  # before the end of the history: from, to
PAUSED_FOR = 12 * DAY + 5 * HOUR
PRICE_STEPS = ((0, 0.92), (9, 0.97), (19, 1.0))  # months from the start, price against today's

Q = LeadQuality


@dataclass(frozen=True, slots=True)
class PlatformPlan:
    """A platform. Prices are today's, in cents; latency is the median answer time in milliseconds."""

    name: str
    prices: dict[LeadQuality, int]
    method: str = "api_post"
    exclusive: bool = False
    appetite: float = 0.5  # how often a lead that fits is offered to it
    acceptance: float = 0.75
    errors: float = 0.022
    latency: int = 420
    return_rate: float = 0.06
    return_window: int = 72
    return_cap: float = 0.10
    minimum_score: int = 40
    minimum_bill: int | None = None
    boroughs: tuple[Borough, ...] | None = None
    cap_share: float | None = None  # daily cap as a share of an average day's leads
    commission: str = "1"
    terms: int = 30
    pays_late: int = 2  # days after the due day, on average
    joined: int = 0  # months from the start
    paused: bool = False
    bad_week: bool = False
    island_bonus: int = 0  # cents more for a premium lead on Staten Island


PLANS = (
    PlatformPlan(
        "Sunwell Exchange", {Q.PREMIUM: 6200, Q.STANDARD: 4600, Q.BASIC: 2900}, "ping_post", appetite=0.85,
        acceptance=0.72, latency=310, return_rate=0.065, cap_share=0.40, commission="0.85", terms=30, pays_late=1,
    ),
    PlatformPlan(
        "Empire Rooftop Partners", {Q.PREMIUM: 17800, Q.STANDARD: 11200}, exclusive=True, appetite=0.62,
        acceptance=0.58, errors=0.015, latency=680, return_rate=0.045, return_window=96, return_cap=0.15,
        minimum_score=68, minimum_bill=12000, cap_share=0.10, terms=30, pays_late=-3,
    ),
    PlatformPlan(
        "Halcyon Home Network", {Q.PREMIUM: 5600, Q.STANDARD: 4300, Q.BASIC: 3100}, appetite=0.66, acceptance=0.81,
        latency=190, return_rate=0.08, commission="0.90", terms=15, pays_late=4,
    ),
    PlatformPlan(
        "Five Borough Energy Desk", {Q.PREMIUM: 14500, Q.STANDARD: 9400}, exclusive=True, appetite=0.5,
        acceptance=0.64, latency=540, return_rate=0.035, minimum_score=62, minimum_bill=10000,
        boroughs=(Borough.BROOKLYN, Borough.QUEENS, Borough.STATEN_ISLAND), cap_share=0.06, terms=45, pays_late=6,
        joined=4, island_bonus=2500,
    ),
    PlatformPlan(
        "Meridian Lead Market", {Q.PREMIUM: 5200, Q.STANDARD: 3900, Q.BASIC: 2600}, "ping_post", appetite=0.6,
        acceptance=0.69, errors=0.05, latency=1150, return_rate=0.09, return_cap=0.12, commission="0.80", terms=30,
        pays_late=34, bad_week=True,
    ),
    PlatformPlan(
        "Northlight Households", {Q.STANDARD: 3400, Q.BASIC: 2400, Q.PREMIUM: 3900}, "email", appetite=0.35,
        acceptance=0.88, errors=0.004, latency=2600, return_rate=0.05, return_window=168, terms=30, pays_late=18,
        joined=2,
    ),
    PlatformPlan(
        "Quarry Street Solar", {Q.PREMIUM: 5900, Q.STANDARD: 4100, Q.BASIC: 2200}, appetite=0.4, acceptance=0.7,
        errors=0.035, latency=760, return_rate=0.12, return_cap=0.10, terms=30, pays_late=24, paused=True,
    ),
    PlatformPlan(
        "Tessera Renewables", {Q.PREMIUM: 7100, Q.STANDARD: 5000}, appetite=0.55, acceptance=0.66, latency=360,
        return_rate=0.04, minimum_score=60, minimum_bill=9000, terms=15, pays_late=0, joined=15,
    ),
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Platform:
    """A platform as stored, with what it has taken so far on each New York day."""

    id: UUID
    plan: PlatformPlan
    joined: int
    leaves: int
    daily_cap: int | None
    tiers: list[tuple[date, date | None, LeadQuality, Borough | None, int]]
    bad_week: tuple[int, int] | None = None
    taken: Counter[date] = field(default_factory=Counter)

    def price(self, quality: LeadQuality, borough: str, day: date) -> int | None:
        """Cents it pays for such a lead on a day; a borough's own tier goes first."""
        found = None
        for start, end, tier, only, cents in self.tiers:
            if tier == quality and start <= day and (end is None or day < end) and only in {None, borough}:
                found = cents
                if only is not None:
                    return cents
        return found

    def is_struggling(self, ms: int) -> bool:
        """Whether the instant lies in its bad week."""
        return self.bad_week is not None and self.bad_week[0] <= ms < self.bad_week[1]


def make_platforms(
    rng: Random, first: date, end: int, leads_per_day: float, keyring: Keyring, batch: Batch
) -> list[Platform]:
    """All platforms with their price tiers and rows."""
    platforms = []
    for plan in PLANS:
        joined_on = months_after(first, plan.joined)
        joined = day_ms(joined_on)
        if joined >= end:
            continue
        cap = max(3, round(plan.cap_share * leads_per_day)) if plan.cap_share else None
        leaves = end - PAUSED_FOR if plan.paused else end
        platform = Platform(uuid7(rng, joined - 5 * DAY), plan, joined, leaves, cap, _tiers(plan, first, joined_on))
        if plan.bad_week:
            platform.bad_week = (end - BAD_WEEK[0], end - BAD_WEEK[1])
        batch.add(PLATFORMS, _row(rng, platform, end, keyring))
        for start, stop, quality, borough, cents in platform.tiers:
            created = day_ms(start) - 4 * DAY
            row_id = uuid7(rng, created)
            effective = DateRange(start, stop)
            batch.add(TIERS, (row_id, platform.id, quality.value, borough, usd(cents), effective, at(created)))
        platforms.append(platform)
    return platforms


def _tiers(
    plan: PlatformPlan, first: date, joined_on: date
) -> list[tuple[date, date | None, LeadQuality, Borough | None, int]]:
    """Price tiers with their periods (first day, day after the last)."""
    tiers: list[tuple[date, date | None, LeadQuality, Borough | None, int]] = []
    steps = [(months_after(first, months), factor) for months, factor in PRICE_STEPS]
    for number, (start, factor) in enumerate(steps):
        stop = steps[number + 1][0] if number + 1 < len(steps) else None
        if stop is not None and stop <= joined_on:
            continue
        for quality, cents in plan.prices.items():
            price = round(cents * factor / 100) * 100
            tiers.append((max(start, joined_on), stop, quality, None, price))
            if plan.island_bonus and quality is LeadQuality.PREMIUM:
                island = price + plan.island_bonus
                tiers.append((max(start, joined_on), stop, quality, Borough.STATEN_ISLAND, island))
    return tiers


def _row(rng: Random, platform: Platform, end: int, keyring: Keyring) -> tuple[object, ...]:
    plan = platform.plan
    slug = plan.name.lower().replace(" ", "-")
    secret = f"{slug[:3]}_{rng.getrandbits(96):024x}"
    by_api = plan.method in {"api_post", "ping_post"}
    created = platform.joined - 5 * DAY
    status, reason, changed = "active", None, platform.joined
    if plan.paused:
        status, reason, changed = "paused", "Return share above its cap: under review", platform.leaves
    health = "degraded" if plan.bad_week else "unknown" if plan.paused else "healthy"
    sealed = keyring.seal(SealedField.PLATFORM_CREDENTIALS, platform.id, secret) if by_api else None
    return (
        platform.id, plan.name, at(created), at(min(changed, end)), status, reason, at(changed), health, plan.method,
        f"https://api.{slug}.example/leads" if by_api else None, "v2" if by_api else None, sealed,
        f"ends in {secret[-4:]}" if by_api else None, int(clamp(plan.latency * 8, 3000, 15000)), 120, 4,
        plan.exclusive, 1 if plan.exclusive else 4, platform.daily_cap,
        platform.daily_cap * 26 if platform.daily_cap else None,
        [b.value for b in plan.boroughs] if plan.boroughs else None, plan.minimum_score,
        usd(plan.minimum_bill) if plan.minimum_bill else None, Decimal(plan.commission), plan.return_window,
        Decimal(f"{plan.return_cap:.2f}"), plan.terms,
    )  # fmt: skip
