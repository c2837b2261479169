"""What a person may do to many leads at once; each deed needs the right that it needs for one lead.

A lead is changed only if it still has the version that the person saw; every other is refused with its reason. Up to
500 leads are done at once, in the transaction of the deed; more are left to the worker (jobs/bulk.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_batches import work_batch
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.jobs.queue import RUN_BULK_OPERATION, defer
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import (
    IN_BACKGROUND_FROM,
    MOST_LEADS,
    OPEN_STATES,
    REFUSALS,
    RIGHTS,
    BulkKind,
    Refusal,
    tidy_tag,
)
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.typed import typed_text

Seen = tuple[UUID, int]  # a lead, and its version as the person saw it

_BEGIN = text("""
    INSERT INTO bulk_operations (user_ref, kind, arguments, reason, undoes_ref, lead_count)
    VALUES (:user_id, :kind, :arguments, :reason, :undoes, :count) RETURNING id
""").bindparams(bindparam("arguments", type_=JSONB))
_ITEMS = text("""
    INSERT INTO bulk_operation_items (lead_id, operation_id, position, version_seen)
    SELECT lead, :operation, nth, version
    FROM unnest(CAST(:leads AS uuid[]), CAST(:versions AS integer[])) WITH ORDINALITY AS seen (lead, version, nth)
""")
_ITEMS_TO_UNDO = text("""
    INSERT INTO bulk_operation_items (lead_id, operation_id, position, version_seen)
    SELECT lead_id, :operation, row_number() OVER (ORDER BY position), version_after
    FROM bulk_operation_items WHERE operation_id = :undoes AND outcome = 'done'
""")
_OWN = text("""
    SELECT o.id, o.kind, o.arguments, o.state, o.done_count, o.undoes_ref,
           EXISTS (SELECT FROM bulk_operations u
                   WHERE u.undoes_ref = o.id AND u.state NOT IN ('stopped', 'failed')) AS undone
    FROM bulk_operations o WHERE o.id = :operation AND o.user_ref = :user_id FOR UPDATE OF o
""")
_STOP = text("UPDATE bulk_operations SET state = 'stopped', finished_at = now() WHERE id = :operation")
_ROOT = text("""
    SELECT root.id, root.borough, root.is_active
    FROM leads l JOIN leads root ON root.id = coalesce(l.duplicate_of, l.id) WHERE l.id = :lead_id
""")


def change_statuses(
    session: Session, actor: Actor, *, leads: Sequence[Seen], to: LeadStatus, reason: str | None = None
) -> UUID:
    """Take leads to another status, where the step is allowed; gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_WRITE)
    return _begin(session, actor, BulkKind.STATUS, leads, reason, to=str(to))


def assign_leads(session: Session, actor: Actor, *, leads: Sequence[Seen], user_id: UUID | None) -> UUID:
    """Give leads to a person, or to nobody (None); gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_ASSIGN)
    return _begin(session, actor, BulkKind.ASSIGN, leads, user_id=None if user_id is None else str(user_id))


def tag_leads(session: Session, actor: Actor, *, leads: Sequence[Seen], tag: str) -> UUID:
    """Put a tag on leads; gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_WRITE)
    return _begin(session, actor, BulkKind.TAG, leads, tag=tidy_tag(tag))


def untag_leads(session: Session, actor: Actor, *, leads: Sequence[Seen], tag: str) -> UUID:
    """Take a tag off leads; gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_WRITE)
    return _begin(session, actor, BulkKind.UNTAG, leads, tag=tidy_tag(tag))


def mark_duplicates(session: Session, actor: Actor, *, leads: Sequence[Seen], survivor: UUID) -> UUID:
    """Point leads to the one to keep, or to the one that it is itself a duplicate of; gives the operation's id.

    Raises NotFound, Conflict for a lead that cannot be kept, Invalid.
    """
    require(session, actor, Permission.LEADS_WRITE)
    root = session.execute(_ROOT, {"lead_id": survivor}).one_or_none()
    if root is None or not actor.reaches(borough=root.borough):
        raise NotFound("The lead to keep is not there.")
    if not root.is_active:
        raise Conflict(REFUSALS[Refusal.SURVIVOR_GONE])
    return _begin(session, actor, BulkKind.DUPLICATE, leads, survivor=str(root.id))


def deactivate_leads(session: Session, actor: Actor, *, leads: Sequence[Seen], reason: str) -> UUID:
    """Take leads out of lists and figures, keeping all of them; gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_DEACTIVATE)
    if not typed_text(reason, "reason", LONGEST_REASON):
        raise Invalid("Say why the leads are deactivated.")
    return _begin(session, actor, BulkKind.DEACTIVATE, leads, reason)


def restore_leads(session: Session, actor: Actor, *, leads: Sequence[Seen]) -> UUID:
    """Take deactivated leads back into lists and figures; gives the operation's id. Raises Invalid."""
    require(session, actor, Permission.LEADS_DEACTIVATE)
    return _begin(session, actor, BulkKind.RESTORE, leads)


def stop(session: Session, actor: Actor, *, operation_id: UUID) -> None:
    """End one's own operation after the batch under way: what was changed stays, the rest is left as it is.

    Raises NotFound, also for somebody else's; Conflict when it has ended.
    """
    require(session, actor, Permission.LEADS_READ)
    operation = _own(session, actor, operation_id)
    if operation.state not in OPEN_STATES:
        raise Conflict("This change has ended already.")
    session.execute(_STOP, {"operation": operation_id})
    audit(session, actor, "leads:bulk:stop", "bulk_operation", operation_id, done=operation.done_count)


def undo(session: Session, actor: Actor, *, operation_id: UUID) -> UUID:
    """Put the leads of one's own operation back as they were, all that nothing has touched since; the undo's id.

    It is an operation too, so it says which leads were refused. Needs the right of the change itself.
    Raises NotFound, also for somebody else's; Conflict while it runs, or when there is nothing to undo.
    """
    require(session, actor, Permission.LEADS_READ)
    operation = _own(session, actor, operation_id)
    require(session, actor, RIGHTS[BulkKind(operation.kind)])
    if operation.undoes_ref is not None:
        raise Conflict("An undo cannot be undone: make the change again.")
    if operation.state in OPEN_STATES:
        raise Conflict("This change is still under way: stop it first.")
    if operation.undone:
        raise Conflict("This change was undone already.")
    if operation.done_count == 0:
        raise Conflict("This change changed no lead, so there is nothing to undo.")
    values = {"kind": operation.kind, "arguments": operation.arguments, "undoes": operation_id}
    who = {"user_id": actor.user_id, "count": operation.done_count, "reason": "Undo of a bulk change"}
    undoing: UUID = session.scalars(_BEGIN, values | who).one()
    session.execute(_ITEMS_TO_UNDO, {"operation": undoing, "undoes": operation_id})
    audit(session, actor, "leads:bulk:undo", "bulk_operation", undoing, undoes=str(operation_id))
    _go(session, undoing, operation.done_count)
    return undoing


def _own(session: Session, actor: Actor, operation_id: UUID) -> Row[Any]:
    operation = session.execute(_OWN, {"operation": operation_id, "user_id": actor.user_id}).one_or_none()
    if operation is None:
        raise NotFound("There is no such change of yours.")
    return operation


def _begin(
    session: Session,
    actor: Actor,
    kind: BulkKind,
    leads: Sequence[Seen],
    reason: str | None = None,
    **arguments: str | None,
) -> UUID:
    """Write the operation down with its leads, and do it or leave it to the worker."""
    if actor.user_id is None:
        raise Invalid("A change of many leads needs a person who makes it.")
    versions = dict(leads)
    if not versions:
        raise Invalid("Choose at least one lead.")
    if len(versions) > MOST_LEADS:
        raise Invalid(
            f"At most {MOST_LEADS:,} leads can be changed at once: clear the selection, and narrow the filter."
        )
    kept = typed_text(reason or "", "reason", LONGEST_REASON) or None
    values = {"user_id": actor.user_id, "kind": str(kind), "arguments": arguments, "reason": kept, "undoes": None}
    operation: UUID = session.scalars(_BEGIN, values | {"count": len(versions)}).one()
    seen = {"leads": list(versions), "versions": list(versions.values())}
    session.execute(_ITEMS, {"operation": operation} | seen)
    event = f"leads:bulk:{kind}"
    audit(session, actor, event, "bulk_operation", operation, reason=kept, leads=len(versions), **arguments)
    _go(session, operation, len(versions))
    return operation


def _go(session: Session, operation_id: UUID, count: int) -> None:
    if count >= IN_BACKGROUND_FROM:
        defer(session, RUN_BULK_OPERATION, f"bulk:{operation_id}", operation_id=str(operation_id))
        return
    while work_batch(session, operation_id):
        pass
