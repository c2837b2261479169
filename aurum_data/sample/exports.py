"""Deliveries of leads to platforms, their answers, the leads that platforms took, and the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from aurum_data.rules.leads import LeadQuality, quality_of
from aurum_data.sample.draws import HOUR, MINUTE, SECOND, Weighted, at, clamp, delay, local_day, usd, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.platforms import Platform
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

EXPORTS = table(
    "lead_exports",
    "lead_id id platform_id created_at status attempt_count next_attempt_at sent_at answered_at response_ms "
    "http_status exclusive price_usd commission_earned platform_lead_id rejection_reason error_code error_message "
    "payload response_excerpt",
)
MAPPINGS = table(
    "b2b_lead_mappings",
    "lead_id id platform_id export_id platform_lead_id created_at status lead_quality platform_quality_score exclusive "
    "price_usd revenue_usd return_requested_at return_decided_at return_reason",
)
PLATFORM_IDS = table("lead_platform_ids", "platform_ref platform_lead_id lead_ref")
LEDGER = table(
    "b2b_revenue_transactions",
    "lead_id id platform_id export_id offsets_id transaction_type occurred_at created_at gross_usd commission_rate "
    "amount_usd reason",
)

_BACKOFF = (0, MINUTE, 5 * MINUTE, 30 * MINUTE)
_REJECTIONS = Weighted(
    {
        "duplicate": 0.30, "price_too_low": 0.16, "outside_territory": 0.13, "below_bill_minimum": 0.12,
        "bad_roof_or_shade": 0.11, "not_homeowner": 0.07, "missing_field": 0.05, "buyer_error": 0.03, "dnc": 0.03,
    }
)  # fmt: skip
_RETURNS = Weighted(
    {
        "phone_disconnected": 0.24, "wrong_number": 0.18, "denies_request": 0.14, "not_homeowner": 0.13,
        "duplicate": 0.11, "already_solar": 0.08, "bill_too_low": 0.06, "bad_address": 0.04, "wrong_person": 0.02,
    }
)  # fmt: skip
_ERRORS = Weighted({"http_503": 0.42, "http_500": 0.25, "timeout": 0.25, "connection_reset": 0.08})
_MESSAGES = {
    "http_503": "The platform answered that it is not available",
    "http_500": "The platform answered with an internal error",
    "timeout": "No answer within the time limit",
    "connection_reset": "The platform closed the connection",
}
_CORRECTED = 0.05  # of the sales of a month whose statement was disputed with success
_AGAIN = 0.7  # an error is seldom alone
MAX_BUYERS = 4


# Id, the entry it offsets, kind, instant (ms), gross and Aurum's share in cents, reason.
_Entry = tuple[UUID, UUID | None, str, int, int, int, str | None]


@dataclass(frozen=True, slots=True)
class Sale:
    """A lead that a platform took, until a return takes it back (all in ms, None: it stands)."""

    sold: int
    returned: int | None


@dataclass(slots=True)
class Delivery:
    """The course of one delivery: its answer or its failure."""

    status: str
    attempts: int = 0
    sent: int | None = None
    answered: int | None = None
    response_ms: int | None = None
    http_status: int | None = None
    next_attempt: int | None = None
    rejection: str | None = None
    error: str | None = None
    excerpt: str | None = None


def offer(world: World, story: Story, start: int, score: int, batch: Batch) -> list[Sale]:
    """Offer a qualified lead: exclusive buyers one after another, then up to four shared ones.

    Nothing is sent to a platform outside its terms, and nothing after the lead's dealings end.
    """
    quality = quality_of(score)
    ms = start
    sales: list[Sale] = []
    for platform in _buyers(world, story, score):
        if (sales and platform.plan.exclusive) or len(sales) >= MAX_BUYERS:
            continue
        price = platform.price(quality, story.lead.borough, local_day(ms))
        if price is None or ms >= min(world.end, platform.leaves):
            continue
        sale, ms = _deliver(world, story, platform, ms, price, quality, batch)
        if sale is not None:
            sales.append(sale)
            if platform.plan.exclusive:
                break
    return sales


def _buyers(world: World, story: Story, score: int) -> list[Platform]:
    """Platforms whose terms fit, those that pay for being the only one first."""
    rng = world.rng
    fitting = []
    for platform in world.platforms:
        plan = platform.plan
        if (
            platform.joined <= story.created
            and score >= plan.minimum_score
            and (plan.minimum_bill is None or story.bill >= plan.minimum_bill)
            and (plan.boroughs is None or story.lead.borough in plan.boroughs)
            and rng.random() < plan.appetite * (0.5 if not plan.exclusive else 1.0)
        ):
            fitting.append((not plan.exclusive, rng.random(), platform))
    return [platform for _, _, platform in sorted(fitting, key=lambda entry: entry[:2])]


def _deliver(
    world: World, story: Story, platform: Platform, ms: int, price: int, quality: LeadQuality, batch: Batch
) -> tuple[Sale | None, int]:
    """One delivery with its rows; the sale if there is one, and when the next platform can be asked."""
    rng, lead = world.rng, story.lead
    export_id = uuid7(rng, ms)
    if story.stops is not None and ms >= story.stops:
        delivery = Delivery("cancelled")
    else:
        delivery = _send(world, story, platform, ms, price)
    accepted = delivery.status == "accepted" and delivery.answered is not None
    platform_lead_id = _platform_lead_id(rng, platform) if accepted else None
    commission = _share(price, platform) if accepted else 0
    sale = None
    if accepted:
        assert delivery.answered is not None and platform_lead_id is not None  # noqa: S101, PT018 - as just said
        batch.add(PLATFORM_IDS, (platform.id, platform_lead_id, lead.id))
        sale = _sell(world, story, platform, export_id, platform_lead_id, delivery.answered, price, quality, batch)
        if sale.returned is not None:
            delivery.status = "returned"
    finished = max(filter(None, (ms, delivery.sent, delivery.answered)))
    lead.export_count += 1
    lead.has_export_error = delivery.error is not None
    story.note(min(finished, world.end - 1))
    batch.add(
        EXPORTS,
        (
            lead.id, export_id, platform.id, at(ms), delivery.status, delivery.attempts,
            at(delivery.next_attempt) if delivery.next_attempt else None, at(delivery.sent) if delivery.sent else None,
            at(delivery.answered) if delivery.answered else None, delivery.response_ms, delivery.http_status,
            platform.plan.exclusive, usd(price), usd(commission), platform_lead_id, delivery.rejection, delivery.error,
            _MESSAGES[delivery.error] if delivery.error else None, _payload(story), delivery.excerpt,
        ),
    )  # fmt: skip
    return sale, finished + rng.randrange(2 * SECOND, 40 * SECOND)


def _send(world: World, story: Story, platform: Platform, ms: int, price: int) -> Delivery:
    """Attempts with growing pauses until the platform answers, or until time or patience is over."""
    rng, plan = world.rng, platform.plan
    delivery = Delivery("queued")
    due = ms + rng.randrange(SECOND, 20 * SECOND)
    for pause in _BACKOFF:
        due += pause
        if due >= world.end:
            delivery.status = "failed_retryable" if delivery.attempts else "queued"
            delivery.next_attempt = due
            return delivery
        bad = platform.is_struggling(due)
        delivery.attempts += 1
        delivery.sent = due
        latency = int(clamp(plan.latency * (3.2 if bad else 1) * rng.lognormvariate(0, 0.45), 40, 14000))
        likely = _AGAIN if delivery.error else 0.34 if bad else plan.errors
        if rng.random() >= likely:
            if due + latency >= world.end:
                delivery.status, delivery.error = "sending", None
                return delivery
            delivery.answered, delivery.response_ms, delivery.http_status = due + latency, latency, 200
            delivery.error = None
            _answer(world, story, platform, delivery, price)
            return delivery
        delivery.error = _ERRORS.draw(rng)
        delivery.http_status = int(delivery.error[5:]) if delivery.error.startswith("http") else None
    delivery.status = "timed_out" if delivery.error == "timeout" else "failed_permanent"
    return delivery


def _answer(world: World, story: Story, platform: Platform, delivery: Delivery, price: int) -> None:
    """What the platform says: full for today, taken, or refused for a reason."""
    rng = world.rng
    assert delivery.answered is not None  # noqa: S101 - the caller has set it
    day = local_day(delivery.answered)
    likely = platform.plan.acceptance + 0.24 * (story.interest - 0.55)
    if platform.daily_cap is not None and platform.taken[day] >= platform.daily_cap:
        delivery.status, delivery.rejection = "rejected", "cap_reached"
    elif rng.random() < likely:
        delivery.status = "accepted"
        platform.taken[day] += 1
        delivery.excerpt = f'{{"result":"accepted","price":{price / 100:.2f}}}'
    else:
        delivery.status, delivery.rejection = "rejected", _REJECTIONS.draw(rng)
    if delivery.rejection is not None:
        delivery.excerpt = f'{{"result":"rejected","reason":"{delivery.rejection}"}}'


def _sell(
    world: World, story: Story, platform: Platform, export_id: UUID, platform_lead_id: str, sold: int, price: int,
    quality: LeadQuality, batch: Batch,
) -> Sale:  # fmt: skip
    """The platform's lead and its ledger: sale, perhaps a return or a price correction."""
    rng, plan, lead = world.rng, platform.plan, story.lead
    amount, rate = _share(price, platform), Decimal(plan.commission)
    sale_id = uuid7(rng, sold)
    entries: list[_Entry] = [(sale_id, None, "sale", sold, price, amount, None)]
    status, requested, decided, reason = "accepted", None, None, None
    returned = None
    if rng.random() < plan.return_rate * (1.45 - 0.8 * story.interest) * 1.15:
        requested = sold + int(plan.return_window * HOUR * rng.betavariate(1.3, 1.6))
        decided = requested + delay(rng, 20 * HOUR, 0.6)
        if requested >= world.end:
            requested = decided = None
        else:
            reason = _RETURNS.draw(rng)
            status = "return_requested"
            if decided >= world.end:
                decided = None
            elif rng.random() < 0.12:
                status = "return_refused"
            else:
                status, returned = "returned", decided
                entries.append((uuid7(rng, decided), sale_id, "return", decided, -price, -amount, reason))
    elif (agreed := _correction(world, platform, sold)) is not None:
        gross = -round(price * rng.choice((0.1, 0.2, 0.25)))
        less = _share(gross, platform)
        entries.append((uuid7(rng, agreed), sale_id, "adjustment", agreed, gross, less, "Price correction"))
    for entry_id, offsets, kind, ms, gross, share, why in entries:
        batch.add(
            LEDGER,
            (
                lead.id,
                entry_id,
                platform.id,
                export_id,
                offsets,
                kind,
                at(ms),
                at(ms),
                usd(gross),
                rate,
                usd(share),
                why,
            ),
        )
        story.money += share
        story.note(ms)
    score = Decimal(round(clamp(100 * story.interest + rng.gauss(5, 12), 5, 100) * 100)).scaleb(-2)
    batch.add(
        MAPPINGS,
        (
            lead.id, uuid7(rng, sold), platform.id, export_id, platform_lead_id, at(sold), status, quality.value, score,
            plan.exclusive, usd(price), usd(sum(entry[5] for entry in entries)),
            at(requested) if requested else None, at(decided) if decided else None, reason,
        ),
    )  # fmt: skip
    return Sale(sold, returned)


def _correction(world: World, platform: Platform, sold: int) -> int | None:
    """When (ms) the price of a sale was corrected: some sales of a month that was disputed with success."""
    agreed = world.corrections.get((platform.id, local_day(sold).replace(day=1)))
    if agreed is None or agreed >= world.end or world.rng.random() >= _CORRECTED:
        return None
    return agreed


def _share(cents: int, platform: Platform) -> int:
    """What Aurum keeps of a price, to the cent (half away from zero, as PostgreSQL rounds)."""
    kept = (abs(cents) * int(Decimal(platform.plan.commission) * 100) + 50) // 100
    return kept if cents >= 0 else -kept


def _platform_lead_id(rng: Random, platform: Platform) -> str:
    return f"{platform.plan.name[:3].upper()}-{rng.getrandbits(56):014x}"


def _payload(story: Story) -> dict[str, Any]:
    lead = story.lead
    return {
        "zip": lead.zip_code, "bill": story.bill // 100, "property": lead.property_type, "roof": lead.roof_type,
        "shading": lead.shading, "utility": lead.utility, "score": lead.lead_score,
    }  # fmt: skip
