"""A change of many leads that somebody made lately: a tag, put on at once."""

from __future__ import annotations

from collections import Counter

from aurum_data.sample.audit import audit
from aurum_data.sample.draws import HOUR, at, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

OPERATIONS = table("bulk_operations", "id user_ref kind arguments state lead_count done_count created_at finished_at")
ITEMS = table(
    "bulk_operation_items", "lead_id operation_id position version_seen outcome before version_after worked_at"
)
MOST = 40


def write_bulk(world: World, recent: list[Story], batch: Batch) -> None:
    """The tag that most of the recent leads bear was put on them by one person, a few hours ago."""
    made = world.end - 3 * HOUR
    # Their version counts the tag, so nothing has touched them since.
    tagged = [s.lead for s in recent if s.lead.tags and s.lead.version > 1 and s.last < made and s.erased is None]
    if not tagged:
        return
    tag = min(
        Counter(tag for lead in tagged for tag in lead.tags).items(), key=lambda counted: (-counted[1], counted[0])
    )[0]
    leads = [lead for lead in tagged if tag in lead.tags][-MOST:]
    operation, count = uuid7(world.rng, made), len(leads)
    row = (operation, world.people["olga"], "tag", {"tag": tag}, "finished", count, count, at(made), at(made))
    batch.add(OPERATIONS, row)
    for position, lead in enumerate(leads, 1):
        before = {"tags": [other for other in lead.tags if other != tag]}
        item = (lead.id, operation, position, lead.version - 1, "done", before, lead.version, at(made))
        batch.add(ITEMS, item)
    audit(world, batch, made, "olga", "leads:bulk:tag", "bulk_operation", operation, leads=count, tag=tag)
