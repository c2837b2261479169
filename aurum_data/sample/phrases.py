"""What the agent and the leads say: templates (data/phrases.json) with slots for bill, roof, shade, timing and days."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from aurum_data.sample.leads import Story

DATA = Path(__file__).resolve().parent / "data"


class Line(NamedTuple):
    """One message: who, kind, words, what the lead wants with it, mood (-1 to 1) and recognised entities."""

    sender: str
    kind: str
    text: str
    intent: str | None
    mood: float
    entities: dict[str, Any]


_LANGUAGES: dict[str, dict[str, Any]] = json.loads((DATA / "phrases.json").read_text(encoding="utf-8"))
_HOURS = ("10 am", "12:30 pm", "2 pm", "5:30 pm", "6 pm", "7 pm")
_TIMINGS = ((0.78, "now"), (0.6, "soon"), (0.4, "year"), (0.0, "later"))  # by interest
_SKIPS = 0.12  # chance that an optional exchange is left out


def language(preferred: str) -> str:
    """The language that the agent speaks with somebody."""
    return "es" if preferred == "es" else "en"


def script(rng: Random, story: Story, channel: str) -> list[Line]:
    """A whole conversation; a caller may break it off anywhere."""
    lead = story.lead
    tongue = language(lead.preferred_language)
    texts, words = _LANGUAGES[tongue]["lines"], _LANGUAGES[tongue]["slots"]
    timing = next(word for floor, word in _TIMINGS if story.interest >= floor)
    bill = story.bill // 100 // 5 * 5 if rng.random() < 0.7 else story.bill // 100
    slots = {
        "name": lead.first_name or "", "borough": lead.borough, "bill": str(bill),
        "utility": "PSEG Long Island" if lead.utility == "PSEG_LI" else "Con Edison",
        "roof": words["roof"][lead.roof_type or "other"], "age": str(lead.roof_age_years or 1),
        "shade": words["shade"][lead.shading or "light"], "timing": words["timing"][timing],
        "day": rng.choice(_LANGUAGES[tongue]["days"]), "hour": rng.choice(_HOURS),
    }  # fmt: skip

    roof = {"roof_type": lead.roof_type, "roof_age_years": lead.roof_age_years}

    def line(sender: str, kind: str, key: str, intent: str | None = None, mood: float = 0.0, **entities: Any) -> Line:
        text = rng.choice(texts[key]).format_map(slots)
        return Line(sender, kind, text[:1].upper() + text[1:] if channel == "email" else text, intent, mood, entities)

    lines = [
        line("agent", "greeting", "greet"),
        line("lead", "greeting", "start", "get_quote", 0.25),
        line("agent", "question", "ask_bill"),
        line("lead", "answer", "bill", "give_bill", 0.05, monthly_bill_usd=bill),
    ]
    if rng.random() > _SKIPS:
        lines += [
            line("agent", "question", "ask_roof"),
            line("lead", "answer", "roof", "describe_roof", 0.1, **roof),
        ]
    if rng.random() < 0.62 - 0.5 * story.interest:
        lines += [line("lead", "objection", "object", "object", -0.42), line("agent", "answer", "reply")]
    lines += [line("agent", "question", "ask_time"), line("lead", "answer", "time", "give_timing", 0.15, timing=timing)]
    if story.interest > 0.42:
        lines += [
            line("agent", "scheduling", "ask_slot"),
            line("lead", "scheduling", "slot", "schedule", 0.3, day=slots["day"], time=slots["hour"]),
        ]
        if rng.random() < 0.5:
            lines += [line("agent", "consent", "ask_consent"), line("lead", "consent", "consent", "agree", 0.2)]
    return [*lines, line("agent", "closing", "close")]


def summary(story: Story, outcome: str) -> str:
    """A sentence about a conversation for the lead's page."""
    bill = f"${story.bill // 100:,} a month"
    ends = {
        "qualified": "wants a quote", "unqualified": "not a fit for now", "callback": "asked for a call back",
        "dropped": "fell silent",
    }  # fmt: skip
    return f"Pays about {bill}, {(story.lead.shading or 'some')} shade on the roof; {ends[outcome]}."
