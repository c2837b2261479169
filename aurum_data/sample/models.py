"""The AI models and their versions. Later scoring versions come nearer to the truth and cost less."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from aurum_data.sample.acquisition import months_after
from aurum_data.sample.draws import DAY, HOUR, at, day_ms, uuid7
from aurum_data.sample.write import Batch, table

MODELS = table(
    "ai_models",
    "id model_name model_version provider purpose status ab_group traffic_share configuration requests_per_minute "
    "requests_per_day input_usd_per_1k_tokens output_usd_per_1k_tokens accuracy auc calibration_error "
    "quality_checked_at released_at retired_at",
)
SCORING, TALKING, INSIGHT = "lead_scoring", "conversation", "insight"


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """A version: month of release and of retirement (from the start), error of its scores, price per 1k tokens
    in and out (millionths of a dollar), and how much of a lead's luck it sees coming."""

    name: str
    version: str
    purpose: str
    starts: int
    ends: int | None
    spread: float
    prices: tuple[int, int]
    quality: tuple[str, str, str] | None = None
    traffic: float = 1.0
    status: str = "active"
    group: str | None = None
    foresight: float = 0.0


PLANS = (
    ModelPlan("aurum-score", "1.0", SCORING, -1, 9, 0.36, (3_000, 12_000), ("0.688", "0.712", "0.121")),
    ModelPlan(
        "aurum-score", "1.4", SCORING, 9, 18, 0.29, (3_000, 12_000), ("0.721", "0.758", "0.088"), foresight=0.14
    ),
    ModelPlan(
        "aurum-score", "2.0", SCORING, 18, None, 0.22, (1_100, 4_400), ("0.764", "0.811", "0.052"), 0.7,
        "active", "score-2026", 0.30,
    ),
    ModelPlan(
        "aurum-score", "2.1", SCORING, 25, None, 0.15, (800, 3_200), ("0.793", "0.842", "0.034"), 0.3,
        "testing", "score-2026", 0.45,
    ),
    ModelPlan("aurum-agent", "1.0", TALKING, -1, 14, 0.0, (3_000, 15_000)),
    ModelPlan("aurum-agent", "2.0", TALKING, 14, None, 0.0, (1_200, 6_000)),
    ModelPlan("aurum-insight", "1.0", INSIGHT, 6, None, 0.0, (2_500, 10_000)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model version as stored; times in ms."""

    id: UUID
    plan: ModelPlan
    released: int
    retired: int | None

    def serves(self, ms: int) -> bool:
        """Whether it took requests at an instant."""
        return self.released <= ms and (self.retired is None or ms < self.retired)

    def cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """USD for a request."""
        price_in, price_out = self.plan.prices
        return Decimal((input_tokens * price_in + output_tokens * price_out) // 1000).scaleb(-6)


def make_models(rng: Random, first: date, end: int, batch: Batch) -> list[Model]:
    """All versions released before the end, with their rows."""
    models = []
    for plan in PLANS:
        released = day_ms(months_after(first, plan.starts)) + 14 * HOUR
        if released >= end:
            continue
        retired = day_ms(months_after(first, plan.ends)) + 14 * HOUR if plan.ends is not None else None
        if retired is not None and retired >= end:
            retired = None
        model = Model(uuid7(rng, released - 20 * DAY), plan, released, retired)
        batch.add(MODELS, _row(model, end))
        models.append(model)
    return models


def model_for(rng: Random, models: list[Model], purpose: str, ms: int) -> Model:
    """The version that takes a request: by traffic share where several serve."""
    serving = [model for model in models if model.plan.purpose == purpose and model.serves(ms)]
    if len(serving) > 1 and rng.random() < serving[-1].plan.traffic:
        return serving[-1]
    return serving[0]


def _row(model: Model, end: int) -> tuple[Any, ...]:
    plan = model.plan
    accuracy, auc, calibration = (Decimal(q) for q in plan.quality) if plan.quality else (None, None, None)
    checked = at(min(end, (model.retired or end)) - 3 * DAY) if plan.quality else None
    configuration = {"temperature": 0.0 if plan.purpose == SCORING else 0.4, "max_output_tokens": 900}
    return (
        model.id, plan.name, plan.version, "Aurum Labs (invented)", plan.purpose,
        "retired" if model.retired else plan.status, plan.group, Decimal(str(0 if model.retired else plan.traffic)),
        configuration, 240, 50_000, Decimal(plan.prices[0]).scaleb(-6), Decimal(plan.prices[1]).scaleb(-6),
        accuracy, auc, calibration, checked, at(model.released), at(model.retired) if model.retired else None,
    )  # fmt: skip
