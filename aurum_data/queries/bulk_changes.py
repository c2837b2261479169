"""Changes of many leads that a person made: how far they are, and what became of each lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import NotFound
from aurum_data.queries.frames import frame
from aurum_data.queries.needs import needs, of_oneself
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import OPEN_STATES

LATEST = 20
PAGE_ROWS = 50

_CHANGE = """
    SELECT o.id, o.kind, o.arguments, o.reason, o.undoes_ref IS NOT NULL AS is_undo, o.state, o.lead_count,
           o.done_count, o.refused_count, o.created_at, o.finished_at, person.full_name AS person,
           EXISTS (SELECT FROM bulk_operations u
                   WHERE u.undoes_ref = o.id AND u.state NOT IN ('stopped', 'failed')) AS undone
    FROM bulk_operations o LEFT JOIN users person ON person.id = CAST(o.arguments ->> 'user_id' AS uuid)
    WHERE o.user_ref = :user_id
"""
_LATEST = text(f"{_CHANGE} ORDER BY o.created_at DESC, o.id DESC LIMIT :limit")
_ONE = text(f"{_CHANGE} AND o.id = :operation")
# Who changed a lead meanwhile is named while theirs is the latest change of it, and left its name.
_RESULTS = text("""
    SELECT i.position, i.lead_id, l.full_name, l.property_address, i.outcome, i.refusal, l.status,
           u.full_name AS assigned_name,
           CASE WHEN i.refusal = 'changed_since' THEN changed.actor END AS changed_by
    FROM bulk_operations o JOIN bulk_operation_items i ON i.operation_id = o.id
    LEFT JOIN leads l ON l.id = i.lead_id LEFT JOIN users u ON u.id = l.assigned_to
    LEFT JOIN LATERAL (
        SELECT coalesce(p.full_name, a.actor_name) AS actor
        FROM audit_log a LEFT JOIN users p ON p.id = a.actor_user_id
        WHERE a.entity_type = 'lead' AND a.entity_id = CAST(i.lead_id AS text) AND a.occurred_at = l.updated_at
        UNION ALL
        SELECT p.full_name
        FROM bulk_operation_items c JOIN bulk_operations b ON b.id = c.operation_id JOIN users p ON p.id = b.user_ref
        WHERE c.lead_id = i.lead_id AND c.outcome = 'done' AND c.worked_at = l.updated_at
        ORDER BY actor LIMIT 1) changed ON i.refusal = 'changed_since' AND l.updated_at <= i.worked_at
    WHERE o.id = :operation AND o.user_ref = :user_id AND i.position > :after
      AND (CAST(:outcome AS text) IS NULL OR i.outcome = :outcome)
    ORDER BY i.position LIMIT :limit
""")
_REFUSALS = text("""
    SELECT i.refusal, count(*) FROM bulk_operations o JOIN bulk_operation_items i ON i.operation_id = o.id
    WHERE o.id = :operation AND o.user_ref = :user_id AND i.outcome = 'refused'
    GROUP BY i.refusal ORDER BY count(*) DESC, i.refusal
""")
_CHOSEN = text("""
    SELECT id, full_name, property_address, created_at FROM leads WHERE id = ANY (:ids) ORDER BY created_at, id
""")


@dataclass(frozen=True)
class BulkChange:
    """A change of many leads as it stands; `person` is whom the leads were given to."""

    id: UUID
    kind: str
    arguments: dict[str, Any]
    reason: str | None
    is_undo: bool
    state: str
    lead_count: int
    done_count: int
    refused_count: int
    created_at: datetime
    finished_at: datetime | None
    person: str | None
    undone: bool

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in OPEN_STATES

    @property
    def can_be_undone(self) -> bool:
        """Whether its undo would find something to do."""
        return not (self.is_undo or self.is_open or self.undone) and self.done_count > 0

    @property
    def left(self) -> int:
        """Leads that were not reached: yet, or before it was stopped."""
        return self.lead_count - self.done_count - self.refused_count


@of_oneself
def latest_changes(session: Session, user_id: UUID, limit: int = LATEST) -> list[BulkChange]:
    """A person's latest changes of many leads, the newest first."""
    return [BulkChange(*row) for row in session.execute(_LATEST, {"user_id": user_id, "limit": limit})]


@of_oneself
def get_change(session: Session, user_id: UUID, operation_id: UUID) -> BulkChange:
    """One of a person's changes. Raises NotFound, also for somebody else's."""
    row = session.execute(_ONE, {"user_id": user_id, "operation": operation_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such change of yours.")
    return BulkChange(*row)


@needs(Permission.LEADS_READ)
def results(
    session: Session,
    *,
    user_id: UUID,
    operation_id: UUID,
    outcome: str | None = None,
    after: int = 0,
    limit: int = PAGE_ROWS,
) -> pd.DataFrame:
    """What became of the leads of a person's own change, in the order they were worked, behind position `after`.

    `outcome` ("done", "refused") leaves the others out. Columns: position (int), lead_id (UUID), full_name,
    property_address, outcome (None: not reached), refusal (rules/lead_changes.py), status, assigned_name: as they
    are now, changed_by (who changed the lead meanwhile).
    """
    values = {"user_id": user_id, "operation": operation_id, "outcome": outcome, "after": after, "limit": limit}
    return frame(session, _RESULTS, values)


@needs(Permission.LEADS_READ)
def refusals(session: Session, *, user_id: UUID, operation_id: UUID) -> dict[str, int]:
    """How many leads of a person's own change were refused for each reason, the most frequent first."""
    values = {"user_id": user_id, "operation": operation_id}
    return {row[0]: row[1] for row in session.execute(_REFUSALS, values)}


@needs(Permission.LEADS_READ)
def chosen_leads(session: Session, ids: list[UUID]) -> pd.DataFrame:
    """Leads by their ids, the oldest first. Columns: id, full_name, property_address, created_at."""
    return frame(session, _CHOSEN, {"ids": ids})
