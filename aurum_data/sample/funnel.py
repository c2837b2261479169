"""The life of a lead after it arrived: contact, judgment, offer, sale, return; status history, work and notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from aurum_data.sample import conversations, exports, scoring
from aurum_data.sample.audit import audit
from aurum_data.sample.draws import DAY, HOUR, MINUTE, SECOND, at, delay, uuid7, waking_hours
from aurum_data.sample.leads import Story
from aurum_data.sample.people import FULL_NAMES
from aurum_data.sample.scoring import Scored
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

STATUSES = table("lead_status_history", "lead_id id created_at from_status to_status actor_name actor_user_id reason")
NOTES = table("lead_notes", "lead_id id created_at author_user_id author_name body")
CALLS = table("lead_calls", "lead_id id created_at caller_user_id caller_name disposition note next_callback_at")
SALES_PEOPLE = ("sam", "sofia")

_INVALID = ("Phone number is not in service", "Name and address do not exist", "Test entry", "Outside New York City")
_UNQUALIFIED = ("Does not own the home", "Bill too low to save", "Roof too shaded", "Not interested any more")
_TAGS = ("battery-interest", "call-evenings", "new-roof", "landmark-district", "two-meters", "has-ev")
_NOTES = (
    "Asked to be called after 6 pm.", "Wants to hear about a battery first.", "Roof was replaced two years ago.",
    "Spouse decides together with them; call on the weekend.", "Compares us with two other quotes.",
    "Co-op board meets next month, needs the savings sheet.", "Left a voicemail.", "Second try, no answer.",
    "Bill confirmed by photo.", "Prefers texts over calls.", "Interested, but closing on a refinance first.",
)  # fmt: skip
_TALKS = 0.22  # of the people reached, with the agent rather than a person
_WORKED_ON = frozenset({"new", "contacted", "qualified", "unqualified", "offered", "expired"})
_AUDITED = 365 * DAY  # of what people did by hand before the end
_CALLBACK_AGE = 45 * DAY
_FRESH = 3 * DAY


@dataclass(slots=True)
class _Path:
    """What has happened to the status so far: (ms, from, to, actor, reason)."""

    steps: list[tuple[int, str, str, str, str | None]] = field(default_factory=list)
    status: str = "new"

    def move(self, ms: int, status: str, actor: str = "system", reason: str | None = None) -> None:
        self.steps.append((ms, self.status, status, actor, reason))
        self.status = status


def live(world: World, story: Story, batch: Batch) -> None:
    """Play a lead's life up to the end of the history, with all its rows but the lead's own."""
    path = _Path()
    scores = [scoring.score(world, story, _soon(world, story), "Form submitted", talked=False)]
    outcome = None
    if story.lead.duplicate_of is not None:
        ms = story.created + world.rng.randrange(5 * SECOND, 50 * SECOND)
        outcome = _close(world, path, ms, "unqualified", "Duplicate of an earlier lead")
    elif story.invalid:
        ms = story.created + delay(world.rng, 5 * HOUR, 1.2)
        outcome = _close(world, path, ms, "invalid", world.rng.choice(_INVALID))
    else:
        outcome = _work(world, story, path, scores, batch)
    _end_of_dealings(story, path)
    if (again := scoring.rescore_after_release(world, story)) is not None and again.ms > scores[-1].ms:
        scores.append(again)
    scoring.write_scores(world, story, scores, batch, outcome=outcome)
    _finish(world, story, path, batch)


def _soon(world: World, story: Story) -> int:
    return min(story.created + world.rng.randrange(2 * SECOND, 20 * SECOND), world.end - 1)


def _close(world: World, path: _Path, ms: int, status: str, reason: str) -> bool | None:
    """End the path early, if there was time for it; the outcome is 'not sold'."""
    if ms >= world.end:
        return None
    path.move(ms, status, reason=reason)
    return False


def _work(world: World, story: Story, path: _Path, scores: list[Scored], batch: Batch) -> bool | None:
    """Contact, conversation, judgment, offer. Sold, not sold, or not known yet."""
    rng, lead = world.rng, story.lead
    horizon = min(world.end, story.stops or world.end)
    reached = story.luck < 0.80 + 0.25 * (story.interest - 0.5)
    contact = waking_hours(rng, story.created + delay(rng, 35 * MINUTE, 1.5))
    if not reached:
        return _expire(rng, path, story.created + 45 * DAY, horizon)
    if contact >= horizon:
        return None
    person = rng.choice(SALES_PEOPLE)
    by_agent = rng.random() < _TALKS
    path.move(contact, "contacted", "system" if by_agent else person)
    lead.first_contacted_at = at(contact)
    if not by_agent or rng.random() < 0.35:
        lead.assigned_to = world.people[person]
    judged = contact + (delay(rng, 3 * HOUR, 1.2) if not by_agent else rng.randrange(20 * SECOND, 4 * MINUTE))
    talked = True
    if by_agent:
        talk = conversations.talk(world, story, contact, batch)
        judged += max(0, talk.ended - contact)
        talked = talk.completed
    if judged >= horizon:
        return None
    if not talked and rng.random() < 0.5:
        return _expire(rng, path, contact + 60 * DAY, horizon)
    if by_agent:
        scores.append(scoring.score(world, story, judged, "Conversation with the agent", talked=True))
    actor = "system" if by_agent else person
    if scores[-1].score < 40 or lead.ownership != "owner" or story.luck > 0.40 + 0.5 * story.interest:
        path.move(judged, "unqualified", actor, _why_unqualified(rng, story))
        return False
    path.move(judged, "qualified", actor)
    lead.qualified_at = at(judged)
    lead.lead_score = scores[-1].score
    return _market(world, story, path, judged, scores[-1].score, batch)


def _why_unqualified(rng: Random, story: Story) -> str:
    if story.lead.ownership != "owner":
        return _UNQUALIFIED[0]
    if story.bill < 8000:
        return _UNQUALIFIED[1]
    if story.lead.shading == "heavy":
        return _UNQUALIFIED[2]
    return _UNQUALIFIED[3] if rng.random() < 0.7 else "No decision within the year"


def _market(world: World, story: Story, path: _Path, judged: int, score: int, batch: Batch) -> bool | None:
    """Offer the qualified lead to buyers. A lead whose consent is not proven stays where it is."""
    rng, lead = world.rng, story.lead
    horizon = min(world.end, story.stops or world.end)
    may_sell = lead.consent_state in {"given", "withdrawn", "expired"}
    start = judged + delay(rng, 25 * MINUTE, 1.0)
    if story.expires is not None and start >= story.expires:
        may_sell = False
    if not may_sell or start >= horizon:
        return _expire(rng, path, judged + 90 * DAY, horizon) if not may_sell else None
    sales = exports.offer(world, story, start, score, batch)
    if lead.export_count == 0:
        return _expire(rng, path, judged + 60 * DAY, horizon)
    path.move(start, "offered")
    if not sales:
        return _expire(rng, path, start + 30 * DAY, horizon)
    first = min(sale.sold for sale in sales)
    path.move(first, "sold")
    lead.sold_at = at(first)
    returns = [sale.returned for sale in sales if sale.returned is not None]
    if len(returns) < len(sales):
        return True
    if story.erased is None or max(returns) < story.erased:
        path.move(max(returns), "returned", reason="Every buyer returned the lead")
    return False


def _expire(rng: Random, path: _Path, ms: int, horizon: int) -> bool | None:
    ms += rng.randrange(0, 6 * HOUR)
    if ms >= horizon:
        return None
    path.move(ms, "expired", reason="No progress within its time")
    return False


def _end_of_dealings(story: Story, path: _Path) -> None:
    """Suppression at the person's wish (a sold, returned or invalid lead keeps its status), and erasure."""
    if story.stops is None:
        return
    latest = path.steps[-1][0] if path.steps else story.created
    if path.status in _WORKED_ON:
        latest = max(story.stops, latest)
        path.move(latest, "suppressed", reason="Consent withdrawn")
    if story.erased is not None:
        path.move(max(story.erased, latest), "erased", "carl", "Erasure request")


def _finish(world: World, story: Story, path: _Path, batch: Batch) -> None:
    """Status, its history, the work that people have with the lead."""
    rng, lead = world.rng, story.lead
    lead.status = path.status
    lead.do_not_call = story.stops is not None
    for ms, before, status, actor, reason in path.steps:
        row_id = uuid7(rng, ms)
        named = FULL_NAMES.get(actor, actor)
        batch.add(STATUSES, (lead.id, row_id, at(ms), before, status, named, world.people.get(actor), reason))
        story.note(ms)
        if actor in FULL_NAMES and world.end - ms < _AUDITED:
            audit(world, batch, ms, actor, "leads:status:change", "lead", lead.id, reason, before=before, after=status)
    lead.version = 1 + len(path.steps)
    if lead.status in {"contacted", "qualified"} and world.end - story.created < _CALLBACK_AGE and rng.random() < 0.55:
        lead.assigned_to = lead.assigned_to or world.people[rng.choice(SALES_PEOPLE)]
        callback = max(world.end + rng.randrange(-2 * DAY, 9 * DAY), story.last + HOUR)
        lead.next_callback_at = at(waking_hours(rng, callback) // (15 * MINUTE) * (15 * MINUTE))
    if lead.status == "new" and world.end - story.created < _FRESH and rng.random() < 0.5:
        lead.assigned_to = world.people[rng.choice(SALES_PEOPLE)]
    if rng.random() < 0.16:
        lead.tags = sorted(set(rng.choices(_TAGS, k=rng.randrange(1, 3))))
    if lead.assigned_to is not None and story.erased is None and rng.random() < 0.2:
        _notes(world, story, batch)
    _calls(world, story, path, batch)


def _calls(world: World, story: Story, path: _Path, batch: Batch) -> None:
    """The calls of a person who spoke to the lead: tries without an answer first, then the one that reached it."""
    rng, lead = world.rng, story.lead
    reached = next((step for step in path.steps if step[2] == "contacted" and step[3] in SALES_PEOPLE), None)
    if reached is None:
        return
    ms, person = reached[0], reached[3]
    tries = sorted(
        min(ms - 1, waking_hours(rng, rng.randrange(story.created, ms)))
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2)) if ms > story.created else 0)
    )
    outcomes = [(moment, rng.choice(("no_answer", "voicemail"))) for moment in tries] + [(ms, "reached")]
    for moment, outcome in outcomes:
        called = (lead.id, uuid7(rng, moment), at(moment), world.people[person], FULL_NAMES[person], outcome)
        batch.add(CALLS, (*called, None, lead.next_callback_at if outcome == "reached" else None))


def _notes(world: World, story: Story, batch: Batch) -> None:
    rng, lead = world.rng, story.lead
    person = next(name for name in SALES_PEOPLE if world.people[name] == lead.assigned_to)
    ms = story.last
    for _ in range(rng.randrange(1, 3)):
        ms += delay(rng, 5 * HOUR, 0.9)
        if ms >= min(world.end, story.stops or world.end):
            return
        batch.add(NOTES, (lead.id, uuid7(rng, ms), at(ms), lead.assigned_to, FULL_NAMES[person], rng.choice(_NOTES)))
        story.note(ms)
