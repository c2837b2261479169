"""Scores of leads: points by factor that add up, their history by model version, and the analyses behind them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from aurum_data.rules.leads import quality_of
from aurum_data.sample.draws import DAY, SECOND, at, clamp, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.models import SCORING, Model, model_for
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

ANALYSES = table(
    "ai_analyses",
    "lead_id id created_at analysis_type ai_model_id model_version score confidence factors insights recommendations "
    "input_tokens output_tokens cost_usd latency_ms",
)
HISTORY = table(
    "lead_quality_history",
    "lead_id id created_at previous_score new_score previous_quality new_quality factors reason ai_model_id "
    "model_version scoring_improvement",
)
INTENT_POINTS = 36
_ROOF_POINTS = {"none": 12, "light": 10, "moderate": 6, "heavy": 1}
_AFTER_TALK = 0.45  # share of a version's error that is left once the lead has talked
_TOLD = 0.3  # of a lead's luck shows when it talks
_RESCORED = 0.3  # of the leads that are fresh when a new version comes
_FRESH = 60 * DAY


@dataclass(frozen=True, slots=True)
class Scored:
    """A score at an instant (ms), its analysis and model, the points that add up to it, and why it was made."""

    ms: int
    analysis_id: UUID
    model: Model
    factors: dict[str, int]
    score: int
    reason: str


def score(world: World, story: Story, ms: int, reason: str, *, talked: bool, model: Model | None = None) -> Scored:
    """Score a lead as a model version would at an instant, with that version's error."""
    rng = world.rng
    used = model or model_for(rng, world.models, SCORING, ms)
    spread = used.plan.spread * (_AFTER_TALK if talked else 1)
    foresight = used.plan.foresight + (_TOLD if talked else 0)
    seen = clamp(story.interest + foresight * (0.6 - story.luck) + rng.gauss(0, spread), 0, 1)
    factors = _factors(story, seen)
    return Scored(ms, uuid7(rng, ms), used, factors, sum(factors.values()), reason)


def _factors(story: Story, seen: float) -> dict[str, int]:
    lead = story.lead
    house = lead.property_type in {"single_family", "two_family", "three_four_family"}
    ownership = 16 if lead.ownership == "owner" and house else 8 if lead.ownership == "owner" else 0
    return {
        "ownership": ownership,
        "monthly_bill": round(clamp((story.bill / 100 - 70) / 280, 0, 1) * 18),
        "roof": _ROOF_POINTS[lead.shading or "heavy"] + (4 if (lead.roof_age_years or 0) < 15 else 0),
        "location": round(story.potential / 10),
        "contact": 0 if story.invalid else 4,
        "intent": round(seen * INTENT_POINTS),
    }


def rescore_after_release(world: World, story: Story) -> Scored | None:
    """A later score by a version released while the lead was fresh, for some leads."""
    for model in world.models[1:]:
        if model.plan.purpose == SCORING and 0 < model.released - story.created < _FRESH:
            if model.released + DAY < (story.stops or world.end) and world.rng.random() < _RESCORED:
                ms = model.released + world.rng.randrange(6 * 3600 * SECOND)
                return score(world, story, ms, "New model version", talked=True, model=model)
            return None
    return None


def write_scores(world: World, story: Story, scores: list[Scored], batch: Batch, *, outcome: bool | None) -> None:
    """History and analyses of a lead's scores, oldest first. `outcome`: sold, not sold, or not known yet."""
    lead, rng = story.lead, world.rng
    previous: Scored | None = None
    for scored in scores:
        quality = quality_of(scored.score).value
        row_id = uuid7(rng, scored.ms)
        improvement = None
        if previous is not None and outcome is not None:
            truth = 100 if outcome else 0
            improvement = Decimal(abs(previous.score - truth) - abs(scored.score - truth))
        batch.add(
            HISTORY,
            (
                lead.id, row_id, at(scored.ms), previous.score if previous else None, scored.score,
                quality_of(previous.score).value if previous else None, quality, scored.factors, scored.reason,
                scored.model.id, scored.model.plan.version, improvement,
            ),
        )  # fmt: skip
        batch.add(ANALYSES, _analysis(rng, story, scored))
        story.note(scored.ms)
        previous = scored
    if previous is not None:
        lead.lead_score, lead.ai_analysis_id = previous.score, previous.analysis_id
        lead.lead_quality = quality_of(previous.score).value
    if rng.random() < 0.1 or lead.duplicate_of is not None:
        batch.add(ANALYSES, _side_analysis(world, story))


def _analysis(rng: Random, story: Story, scored: Scored) -> tuple[Any, ...]:
    tokens_in, tokens_out = rng.randrange(620, 1500), rng.randrange(120, 380)
    confidence = clamp(1 - scored.model.plan.spread - abs(rng.gauss(0, 0.06)), 0.3, 0.99)
    return (
        story.lead.id, scored.analysis_id, at(scored.ms), "lead_score", scored.model.id, scored.model.plan.version,
        scored.score, Decimal(round(confidence * 1000)).scaleb(-3), scored.factors, _insights(story),
        _recommendations(scored), tokens_in, tokens_out, scored.model.cost(tokens_in, tokens_out),
        rng.randrange(350, 2400),
    )  # fmt: skip


def _side_analysis(world: World, story: Story) -> tuple[Any, ...]:
    """A check for duplicates where there is one, else how well the home suits solar."""
    rng, lead = world.rng, story.lead
    ms = story.created + rng.randrange(3 * SECOND, 30 * SECOND)
    model = model_for(rng, world.models, SCORING, ms)
    tokens_in, tokens_out = rng.randrange(300, 900), rng.randrange(60, 200)
    ms = min(ms, world.end - 1)
    if lead.duplicate_of is not None:
        kind, points, found = "duplicate_check", 97, ["Same phone number as an earlier lead"]
        advice = ["Keep the earlier lead and link this one to it"]
    else:
        kind, points = "solar_fit", int(lead.solar_score or 0)
        found = [f"About {lead.system_kw} kW would fit", f"About {lead.annual_production_kwh:,} kWh a year"]
        advice = ["Ask for a photo of the roof"] if lead.shading in {"moderate", "heavy"} else ["Offer a site visit"]
    return (
        lead.id, uuid7(rng, ms), at(ms), kind, model.id, model.plan.version, points, Decimal("0.900"), {}, found,
        advice, tokens_in, tokens_out, model.cost(tokens_in, tokens_out), rng.randrange(250, 1500),
    )  # fmt: skip


def _insights(story: Story) -> list[str]:
    lead = story.lead
    found = []
    if story.bill >= 30000:
        found.append("High electric bill: large savings")
    elif story.bill < 9000:
        found.append("Low electric bill: small savings")
    if lead.shading in {"moderate", "heavy"}:
        found.append("Shade takes much of the roof's sun")
    if (lead.roof_age_years or 0) >= 20:
        found.append("The roof may need replacing first")
    if lead.ownership != "owner":
        found.append("Does not own the home")
    return found or ["Typical home for solar"]


def _recommendations(scored: Scored) -> list[str]:
    if scored.score >= 80:
        return ["Offer to an exclusive buyer", "Call within five minutes"]
    if scored.score >= 60:
        return ["Offer to shared buyers", "Confirm the monthly bill"]
    if scored.score >= 40:
        return ["Confirm ownership and roof age", "Offer to shared buyers"]
    return ["Send the savings guide by email", "Do not offer"]
