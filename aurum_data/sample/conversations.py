"""Conversations of the AI agent with leads: what was asked, answered and objected to, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from aurum_data.sample import phrases
from aurum_data.sample.draws import SECOND, Weighted, at, clamp, delay, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.models import TALKING, Model, model_for
from aurum_data.sample.phrases import Line
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

SESSIONS = table(
    "ai_conversations",
    "lead_id id ai_model_id channel language started_at ended_at turn_count drop_off_turn outcome primary_intent "
    "average_sentiment quality_score satisfaction_score summary cost_usd",
)
MESSAGES = table(
    "lead_conversations",
    "lead_id id session_id created_at turn sender message_type content intent intent_confidence sentiment "
    "sentiment_score entities response_ms",
)

_CHANNELS = Weighted({"web_chat": 0.44, "sms": 0.38, "voice": 0.12, "email": 0.06})
# Median seconds that a lead takes to answer.
_PACE = {"web_chat": 22, "sms": 95, "voice": 6, "email": 5400}
_TOKENS_PER_TURN = (420, 60)


@dataclass(frozen=True, slots=True)
class Talk:
    """When a conversation ended (ms), and whether it came to its end."""

    ended: int
    completed: bool


def talk(world: World, story: Story, started: int, batch: Batch) -> Talk:
    """One conversation from `started` on, with its rows; it breaks off where the history ends."""
    rng, lead = world.rng, story.lead
    channel = _CHANNELS.draw(rng)
    model = model_for(rng, world.models, TALKING, started)
    script = phrases.script(rng, story, channel)
    horizon = min(world.end, story.stops or world.end)
    stays = 0.945 + 0.05 * story.interest
    session_id = uuid7(rng, started)
    ms = started
    spoken: list[tuple[Line, int, float | None]] = []
    for line in script:
        wait = _wait(rng, line, channel) if spoken else 0
        if ms + wait >= horizon or (line.sender == "lead" and rng.random() > stays):
            break
        ms += wait
        mood = round(clamp(rng.gauss(line.mood + 0.3 * (story.interest - 0.5), 0.18), -1, 1), 3)
        spoken.append((line, ms, mood if line.sender == "lead" else None))
    completed = len(spoken) == len(script)
    for turn, entry in enumerate(spoken, start=1):
        _message(rng, story, session_id, turn, entry, batch)
    lead.conversation_count += len(spoken)
    story.note(ms)
    outcome = _outcome(rng, story, completed=completed)
    _session(world, story, (session_id, channel, model), (started, ms), spoken, outcome, batch)
    return Talk(ms, completed)


def _wait(rng: Random, line: Line, channel: str) -> int:
    if line.sender == "agent":
        return rng.randrange(900, 3600)
    return max(2 * SECOND, delay(rng, _PACE[channel] * SECOND, 0.8))


def _outcome(rng: Random, story: Story, *, completed: bool) -> str:
    if not completed:
        return "dropped"
    if story.lead.ownership != "owner" or story.interest < 0.35:
        return "unqualified"
    return "callback" if rng.random() < 0.14 else "qualified"


def _message(
    rng: Random, story: Story, session_id: Any, turn: int, entry: tuple[Line, int, float | None], batch: Batch
) -> None:
    line, ms, mood = entry
    erased = story.erased is not None
    sentiment = None if mood is None else "positive" if mood > 0.25 else "negative" if mood < -0.25 else "neutral"
    from_lead = line.sender == "lead"
    batch.add(
        MESSAGES,
        (
            story.lead.id, uuid7(rng, ms), session_id, at(ms), turn, line.sender, line.kind,
            "[erased]" if erased else line.text, line.intent if from_lead else None,
            Decimal(rng.randrange(620, 990)).scaleb(-3) if from_lead else None, sentiment,
            Decimal(round(mood * 1000)).scaleb(-3) if mood is not None else None,
            {} if erased else line.entities, None if from_lead else rng.randrange(600, 3200),
        ),
    )  # fmt: skip


def _session(
    world: World, story: Story, what: tuple[Any, str, Model], span: tuple[int, int],
    spoken: list[tuple[Line, int, float | None]], outcome: str, batch: Batch,
) -> None:  # fmt: skip
    rng, lead = world.rng, story.lead
    session_id, channel, model = what
    moods = [mood for _, _, mood in spoken if mood is not None]
    average = sum(moods) / len(moods) if moods else None
    completed = outcome != "dropped"
    quality = clamp((74 if completed else 48) + 20 * (average or 0) + rng.gauss(0, 8), 5, 100)
    satisfied = None
    if completed and rng.random() < 0.34:
        satisfied = Decimal(round(clamp(rng.gauss(3.7 + (average or 0), 0.6), 1, 5)))
    turns = len(spoken)
    tokens_in, tokens_out = turns * _TOKENS_PER_TURN[0], turns * _TOKENS_PER_TURN[1]
    summary = None if story.erased is not None else phrases.summary(story, outcome)
    batch.add(
        SESSIONS,
        (
            lead.id, session_id, model.id, channel, phrases.language(lead.preferred_language), at(span[0]), at(span[1]),
            turns, None if completed else turns, outcome, "get_quote" if completed else "browse",
            Decimal(round(average * 1000)).scaleb(-3) if average is not None else None,
            Decimal(round(quality * 100)).scaleb(-2), satisfied, summary, model.cost(tokens_in, tokens_out),
        ),
    )  # fmt: skip
