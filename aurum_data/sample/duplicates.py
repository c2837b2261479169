"""Pairs of leads that the nightly look for duplicates found and nobody has decided on yet."""

from __future__ import annotations

from decimal import Decimal

from aurum_data.rules.duplicates import Evidence, judge
from aurum_data.sample.draws import DAY, at, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

CANDIDATES = table("lead_duplicate_candidates", "lead_id id older_ref created_at reasons confidence")


def propose(world: World, story: Story, batch: Batch) -> None:
    """The pair that a lead makes with the one whose email it shares, found in the night after it came."""
    found = story.created + DAY
    if story.alike is None or story.erased is not None or found >= world.end:
        return
    confidence, reasons = judge(Evidence(email=True, name=_name(story), other_name=_name(story.alike)))
    row_id = uuid7(world.rng, found)
    row = (story.lead.id, row_id, story.alike.lead.id, at(found), list(reasons), Decimal(str(confidence)))
    batch.add(CANDIDATES, row)


def _name(story: Story) -> str:
    return f"{story.lead.first_name or ''} {story.lead.last_name or ''}".strip()
