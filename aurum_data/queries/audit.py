"""Reads of the audit trail: who did what, paged by key, along the indexes of the log's monthly partitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_range
from aurum_data.queries.frames import rows_frame
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

PAGE_ROWS = 50

# Conditions that are not asked for fall away when the statement is planned, with its values.
_SEARCH = text("""
    SELECT a.occurred_at, a.id AS entry_id, coalesce(u.full_name, a.actor_name) AS actor, a.event, a.entity_type,
           a.entity_id, a.reason, a.details
    FROM audit_log a LEFT JOIN users u ON u.id = a.actor_user_id
    WHERE a.occurred_at >= :begins AND a.occurred_at < :ends
      AND (CAST(:event AS text) IS NULL OR a.event = :event)
      AND (CAST(:actor AS uuid) IS NULL OR a.actor_user_id = :actor)
      AND (CAST(:entity_id AS text) IS NULL
           OR (a.entity_type = ANY (CAST(:entity_types AS text[])) AND a.entity_id = :entity_id))
      AND (CAST(:before_at AS timestamptz) IS NULL OR (a.occurred_at, a.id) < (:before_at, :before_id))
    ORDER BY a.occurred_at DESC, a.id DESC LIMIT :limit
""")
# Loose walks along an index: one step per distinct value.
_EVENTS = text("""
    WITH RECURSIVE found AS (
        (SELECT event FROM audit_log ORDER BY event LIMIT 1)
        UNION ALL
        SELECT (SELECT event FROM audit_log WHERE event > f.event ORDER BY event LIMIT 1)
        FROM found f WHERE f.event IS NOT NULL)
    SELECT event FROM found WHERE event IS NOT NULL ORDER BY event
""")
_ENTITY_TYPES = text("""
    WITH RECURSIVE found AS (
        (SELECT entity_type FROM audit_log ORDER BY entity_type LIMIT 1)
        UNION ALL
        SELECT (SELECT entity_type FROM audit_log WHERE entity_type > f.entity_type ORDER BY entity_type LIMIT 1)
        FROM found f WHERE f.entity_type IS NOT NULL)
    SELECT entity_type FROM found WHERE entity_type IS NOT NULL ORDER BY entity_type
""")
_ACTORS = text("SELECT id, full_name FROM users ORDER BY full_name, id")


@dataclass(frozen=True)
class AuditCursor:
    """Where a page of the trail ends, and the next, older one begins."""

    occurred_at: datetime
    entry_id: UUID


@dataclass(frozen=True)
class AuditPage:
    """A page, newest first: occurred_at, entry_id, actor, event, entity_type, entity_id, reason, details.

    `older`: where to go on; None: this is the end.
    """

    frame: pd.DataFrame
    older: AuditCursor | None


@needs(Permission.AUDIT_READ)
def audit_search(
    session: Session,
    *,
    first: date,
    last: date,
    event: str | None = None,
    actor_id: UUID | None = None,
    entity_id: str | None = None,
    before: AuditCursor | None = None,
    limit: int = PAGE_ROWS,
) -> AuditPage:
    """Entries of the New York days `first` to `last`: of one event, one person, about one thing (its id)."""
    begins, ends = day_range(first, last)
    values = {"begins": begins, "ends": ends, "event": event, "actor": actor_id, "limit": limit + 1}
    place = {"before_at": before and before.occurred_at, "before_id": before and before.entry_id}
    thing = {
        "entity_id": entity_id or None,
        "entity_types": list(session.scalars(_ENTITY_TYPES)) if entity_id else None,
    }
    result = session.execute(_SEARCH, values | place | thing)
    rows = result.all()
    shown = rows[:limit]
    older = AuditCursor(shown[-1].occurred_at, shown[-1].entry_id) if len(rows) > limit else None
    return AuditPage(rows_frame(list(result.keys()), shown), older)


@needs(Permission.AUDIT_READ)
def audit_events(session: Session) -> list[str]:
    """Every event that the trail knows, in order."""
    return list(session.scalars(_EVENTS))


@needs(Permission.AUDIT_READ)
def audit_actors(session: Session) -> dict[UUID, str]:
    """People who may stand in the trail: id and name, by name."""
    return {row.id: row.full_name for row in session.execute(_ACTORS)}
