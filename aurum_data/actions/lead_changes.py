"""The rules of changes to leads as SQL, for one lead and for many: who is refused and why, and what is set.

`l` is the lead as it stands. What is put together here are constants of this file; values are bound. Shared by the
deeds of lead_state.py and, a batch at a time, of lead_bulk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.leads import what_changed
from aurum_data.errors import Conflict, NotFound
from aurum_data.rules.lead_changes import MOST_TAGS, REFUSALS, BulkKind, Refusal


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

_JUDGE_ONE = {
    kind: text(f"""
        SELECT l.created_at, l.qualified_at, {change.refusal} AS refusal
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
    """Change one lead; gives its new version, and `created_at` and `qualified_at` for the figures of these days.

    Raises NotFound, or Conflict with the reason of the refusal.
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


def limits(actor: Actor) -> list[str] | None:
    """The boroughs that the actor is limited to, as a parameter; None: no limit."""
    return None if actor.scope_boroughs is None else sorted(actor.scope_boroughs)
