"""The rules of changes to leads as SQL, for one lead and for many: who is refused and why, and what is set.

`l` is the lead as it stands. What is put together here are constants of this file; values are bound. Shared by the
deeds of leads.py, of lead_state.py and, a batch at a time, of lead_bulk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.clock import NEW_YORK, today
from aurum_data.errors import Conflict, NotFound
from aurum_data.rules.lead_changes import MOST_TAGS, REFUSALS, BulkKind, Refusal
from aurum_data.rules.leads import LeadStatus, may_move


@dataclass(frozen=True)
class Change:
    """One kind of change: conditions that refuse it, the first that holds; the columns it touches; how it sets them."""

    refusals: tuple[tuple[str, Refusal], ...]
    columns: tuple[str, ...]
    sets: str

    @property
    def refusal(self) -> str:
        """SQL: why the lead cannot be changed so, or null."""
        return "CASE " + " ".join(f"WHEN {when} THEN '{then}'" for when, then in _WHOSE + self.refusals) + " END"

    @property
    def before(self) -> str:
        """SQL: the touched columns as they stand, and when something last happened to the lead, as jsonb."""
        kept = (*self.columns, "last_activity_at")
        return "jsonb_build_object(" + ", ".join(f"'{column}', l.{column}" for column in kept) + ")"


# Asked first, whatever the change: is it there, for this person, as they saw it?
_WHOSE = (
    ("l.id IS NULL OR NOT coalesce(l.borough = ANY (CAST(:boroughs AS text[])), true)", Refusal.NOT_FOUND),
    ("l.version <> seen.version", Refusal.CHANGED_SINCE),
)
UNTOUCHED = Change((), (), "")  # for an undo: nothing is asked but that
_ACTIVE = ("NOT l.is_active", Refusal.DEACTIVATED)
CHANGES = {
    BulkKind.STATUS: Change(
        (
            _ACTIVE,
            ("l.status = :to", Refusal.ALREADY_SO),
            ("l.status <> ALL (:from_statuses)", Refusal.STEP_NOT_ALLOWED),
        ),
        ("status", "first_contacted_at", "qualified_at"),
        """status = :to,
           first_contacted_at = CASE WHEN :to = 'contacted' THEN coalesce(l.first_contacted_at, now())
                                     ELSE l.first_contacted_at END,
           qualified_at = CASE WHEN :to = 'qualified' THEN coalesce(l.qualified_at, now()) ELSE l.qualified_at END""",
    ),
    BulkKind.ASSIGN: Change(
        (
            _ACTIVE,
            ("l.assigned_to IS NOT DISTINCT FROM CAST(:user_id AS uuid)", Refusal.ALREADY_SO),
            ("CAST(:user_id AS uuid) IS NOT NULL AND l.borough <> ALL (:works_in)", Refusal.CANNOT_WORK_HERE),
        ),
        ("assigned_to",),
        "assigned_to = CAST(:user_id AS uuid)",
    ),
    BulkKind.TAG: Change(
        (
            _ACTIVE,
            (":tag = ANY (l.tags)", Refusal.ALREADY_SO),
            (f"cardinality(l.tags) >= {MOST_TAGS}", Refusal.TOO_MANY_TAGS),
        ),
        ("tags",),
        "tags = array_append(l.tags, :tag)",
    ),
    BulkKind.UNTAG: Change(
        (_ACTIVE, (":tag <> ALL (l.tags)", Refusal.ALREADY_SO)), ("tags",), "tags = array_remove(l.tags, :tag)"
    ),
    BulkKind.DUPLICATE: Change(
        (
            _ACTIVE,
            ("l.id = :survivor", Refusal.IS_THE_SURVIVOR),
            ("l.duplicate_of = :survivor", Refusal.ALREADY_SO),
            ("l.duplicate_of IS NOT NULL", Refusal.IS_A_DUPLICATE),
            ("l.id = ANY (:survivors)", Refusal.HAS_DUPLICATES),
            ("NOT :survivor_stands", Refusal.SURVIVOR_GONE),
        ),
        ("duplicate_of", "sellable"),
        "duplicate_of = :survivor, sellable = false",
    ),
    BulkKind.DEACTIVATE: Change(
        (("NOT l.is_active", Refusal.ALREADY_SO),),
        ("is_active", "deleted_at"),
        "is_active = false, deleted_at = now()",
    ),
    BulkKind.RESTORE: Change(
        (("l.is_active", Refusal.ALREADY_SO), ("l.erased_at IS NOT NULL", Refusal.ERASED)),
        ("is_active", "deleted_at"),
        "is_active = true, deleted_at = NULL",
    ),
}
TOUCH = "version = l.version + 1, updated_at = now(), last_activity_at = now()"

# Who made the latest change: whoever left an entry in its very transaction. Not every change has one of
# its own lead (an answer of a platform, another lead's withdrawal): then nobody is named rather than the wrong one.
_NOW_SHOWN = text("""
    SELECT l.status, l.updated_at, owner.full_name AS assigned_name, last.actor, last.fields
    FROM leads l LEFT JOIN users owner ON owner.id = l.assigned_to
    LEFT JOIN LATERAL (
        SELECT coalesce(u.full_name, a.actor_name) AS actor, a.details -> 'fields' AS fields
        FROM audit_log a LEFT JOIN users u ON u.id = a.actor_user_id
        WHERE a.entity_type = 'lead' AND a.entity_id = CAST(l.id AS text) AND a.occurred_at = l.updated_at
        UNION ALL
        SELECT u.full_name, NULL
        FROM bulk_operation_items i JOIN bulk_operations o ON o.id = i.operation_id JOIN users u ON u.id = o.user_ref
        WHERE i.lead_id = l.id AND i.outcome = 'done' AND i.worked_at = l.updated_at
        ORDER BY actor LIMIT 1) last ON true
    WHERE l.id = :lead_id
""")
_JUDGE_ONE = {
    kind: text(f"""
        SELECT l.created_at, l.qualified_at, l.status, l.assigned_to, {change.refusal} AS refusal
        FROM leads l CROSS JOIN (SELECT CAST(:version AS integer) AS version) seen
        WHERE l.id = :lead_id FOR UPDATE OF l
    """)  # noqa: S608 - constants of this file
    for kind, change in CHANGES.items()
}
_CHANGE_ONE = {
    kind: text(f"UPDATE leads l SET {change.sets}, {TOUCH} WHERE l.id = :lead_id RETURNING l.version")  # noqa: S608
    for kind, change in CHANGES.items()
}


def change_one(
    session: Session, actor: Actor, kind: BulkKind, *, lead_id: UUID, version: int, **values: Any
) -> tuple[int, Row[Any]]:
    """Change one lead; gives its new version, and what it was: created_at, qualified_at, status, assigned_to.

    `values` are what the SQL of the kind asks for. Raises NotFound, or Conflict with the reason of the refusal.
    """
    known = {"lead_id": lead_id, "version": version, "boroughs": limits(actor)} | values
    lead = session.execute(_JUDGE_ONE[kind], known).one_or_none()
    if lead is None or lead.refusal == Refusal.NOT_FOUND:
        raise NotFound(REFUSALS[Refusal.NOT_FOUND])
    if lead.refusal == Refusal.CHANGED_SINCE:
        raise Conflict(what_changed(session, lead_id))
    if lead.refusal is not None:
        raise Conflict(REFUSALS[Refusal(lead.refusal)])
    changed: int = session.scalars(_CHANGE_ONE[kind], known).one()
    return changed, lead


def step_to(to: LeadStatus) -> dict[str, Any]:
    """What a change of status asks for."""
    return {"to": str(to), "from_statuses": [str(status) for status in LeadStatus if may_move(status, to)]}


def limits(actor: Actor) -> list[str] | None:
    """The boroughs that the actor is limited to, as a parameter; None: no limit."""
    return None if actor.scope_boroughs is None else sorted(actor.scope_boroughs)


def what_changed(session: Session, lead_id: UUID) -> str:
    """A sentence about the change that came between, for whoever acts on what is no longer so."""
    shown = session.execute(_NOW_SHOWN, {"lead_id": lead_id}).one()
    who = f"{shown.actor or 'Somebody'} changed this lead at {_at(shown.updated_at)}"
    if shown.fields:
        who += f" ({', '.join(field.replace('_', ' ') for field in shown.fields)})"
    owner = f"assigned to {shown.assigned_name}" if shown.assigned_name else "assigned to nobody"
    status = _word(LeadStatus(shown.status))
    return f"{who}: it is now {status} and {owner}. Nothing was saved; look at it again."


def _at(instant: datetime) -> str:
    """An instant of today by its time, "2:05 PM ET", of another day with its date: "Nov 25, 2:05 PM ET"."""
    local = instant.astimezone(NEW_YORK)
    clock = f"{local.hour % 12 or 12}:{local:%M %p} ET"
    return clock if local.date() == today() else f"{local:%b} {local.day}, {clock}"


def _word(status: LeadStatus) -> str:
    return status.replace("_", " ")
