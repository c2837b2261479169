"""Working a change of many leads, a batch in a transaction, in a few statements whatever the size of the batch.

The items of the operation are the record: who was reached has an outcome, so work that was killed goes on behind the
last batch that was committed, and no lead is changed twice. Rights are those of the moment of each batch.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, require
from aurum_data.actions.inbox import tell
from aurum_data.actions.lead_changes import CHANGES, TOUCH, UNTOUCHED, Change, limits, step_to
from aurum_data.actions.lead_state import ACTIVE_ROLLUPS
from aurum_data.actions.leads import works_in
from aurum_data.actions.rollups import mark_changed
from aurum_data.actions.selling import family_refuses, fit_for_sale, may_be_sold, taken_off_sale
from aurum_data.errors import NotAllowed
from aurum_data.intake.duplicates import hold_all
from aurum_data.rules.identity import rights_of
from aurum_data.rules.lead_changes import (
    BATCH_LEADS,
    IN_BACKGROUND_FROM,
    OPEN_STATES,
    RIGHTS,
    BulkKind,
    BulkState,
    Refusal,
)
from aurum_data.rules.leads import LeadStatus
from aurum_data.security.rights import grants_of

# The lock makes workers of one operation take turns, and whoever stops it wait for the batch under way.
_OPERATION = text("""
    SELECT o.id, o.user_ref, o.kind, o.arguments, o.reason, o.undoes_ref, o.state, o.lead_count,
           o.done_count, o.refused_count, u.username, u.full_name
    FROM bulk_operations o JOIN users u ON u.id = o.user_ref WHERE o.id = :operation FOR UPDATE OF o
""")
_BATCH = "i.operation_id = :operation AND i.position BETWEEN :first AND :last"
_DONE = f"{_BATCH} AND i.outcome = 'done'"
# In the order of their ids, as every batch does: two batches never wait for each other in a circle.
_LOCK = text(f"""
    SELECT l.id FROM bulk_operation_items i JOIN leads l ON l.id = i.lead_id
    WHERE {_BATCH} ORDER BY l.id FOR UPDATE OF l
""")  # noqa: S608 - constants of this file, as below
_SURVIVOR = text("SELECT borough, is_active AND duplicate_of IS NULL AS stands FROM leads WHERE id = :id FOR UPDATE")
_OFF_SALE = text(
    "UPDATE leads SET sellable = false, version = version + 1, updated_at = now() WHERE id = :id AND sellable"
    " RETURNING id"
)
_TOOK_OFF = text("UPDATE bulk_operations SET took_off_sale = true WHERE id = :operation")
# What an undo takes back of a survivor's sale; another change may still stand in the way, and its undo asks again.
_BACK_ON_SALE = text("""
    UPDATE leads SET sellable = true, version = version + 1, updated_at = now()
    WHERE id = :id AND NOT sellable
""")
_PUT_BACK = text("""
    UPDATE bulk_operations SET took_off_sale = false WHERE took_off_sale AND arguments ->> 'survivor' = :survivor
""")
_NOT_FOR_SALE = text("UPDATE leads SET sellable = false WHERE id = ANY (:ids)")
_SURVIVORS = text(f"""
    SELECT DISTINCT d.duplicate_of FROM leads d
    WHERE d.duplicate_of = ANY (ARRAY(SELECT i.lead_id FROM bulk_operation_items i WHERE {_BATCH}))
    ORDER BY d.duplicate_of
""")  # noqa: S608
_AS_BEFORE = """
    bulk_operation_items o CROSS JOIN LATERAL jsonb_populate_record(NULL::leads, o.before) was
    WHERE o.operation_id = :undoes AND o.lead_id = i.lead_id AND
"""
_ON_SALE = text(f"""
    SELECT l.id FROM bulk_operation_items i JOIN leads l ON l.id = i.lead_id WHERE {_DONE} AND l.sellable ORDER BY l.id
""")  # noqa: S608
_HISTORY = text(f"""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    SELECT i.lead_id, i.before ->> 'status', l.status, :actor_name, :actor_id, :reason
    FROM bulk_operation_items i JOIN leads l ON l.id = i.lead_id WHERE {_DONE} ORDER BY i.position
""")  # noqa: S608
_CHANGED_DAYS = """
    SELECT DISTINCT (instant AT TIME ZONE 'America/New_York')::date AS day
    FROM bulk_operation_items i JOIN leads l ON l.id = i.lead_id
    CROSS JOIN LATERAL jsonb_populate_record(NULL::leads, i.before) was
    CROSS JOIN LATERAL (VALUES {instants}) happened (instant)
    WHERE {done} AND instant IS NOT NULL AND {changed} ORDER BY day
"""
_QUALIFIED_DAYS = text(
    _CHANGED_DAYS.format(
        instants="(was.qualified_at), (l.qualified_at)",
        done=_DONE,
        changed="was.qualified_at IS DISTINCT FROM l.qualified_at",
    )
)
_ACTIVE_DAYS = text(
    _CHANGED_DAYS.format(
        instants="(l.created_at), (l.qualified_at)", done=_DONE, changed="was.is_active <> l.is_active"
    )
)
_DAYS = {BulkKind.STATUS: _QUALIFIED_DAYS, BulkKind.DEACTIVATE: _ACTIVE_DAYS, BulkKind.RESTORE: _ACTIVE_DAYS}
_COUNT = text("""
    UPDATE bulk_operations SET state = :state, done_count = done_count + :done,
           refused_count = refused_count + :refused,
           finished_at = CASE WHEN :state = 'finished' THEN now() END
    WHERE id = :operation
""")
_REFUSE_REST = text("""
    UPDATE bulk_operation_items SET outcome = 'refused', refusal = :refusal, worked_at = now()
    WHERE operation_id = :operation AND outcome IS NULL
""")


class _Statements(NamedTuple):
    """Who of a batch is refused and what the others were before; and the change of the others."""

    judge: TextClause
    change: TextClause


def _judge(change: Change, columns: Change) -> TextClause:
    """Give every item of the batch its outcome; returns how many there are of each."""
    return text(f"""
        WITH judged AS (
            SELECT seen.lead_id, l.version, {change.refusal} AS refusal, {columns.before} AS before
            FROM (SELECT i.lead_id, i.version_seen AS version FROM bulk_operation_items i WHERE {_BATCH}) seen
            LEFT JOIN leads l ON l.id = seen.lead_id),
        stored AS (
            UPDATE bulk_operation_items i
            SET outcome = CASE WHEN j.refusal IS NULL THEN 'done' ELSE 'refused' END, refusal = j.refusal,
                before = CASE WHEN j.refusal IS NULL THEN j.before END,
                version_after = CASE WHEN j.refusal IS NULL THEN j.version + 1 END, worked_at = now()
            FROM judged j WHERE j.lead_id = i.lead_id AND {_BATCH} RETURNING i.outcome)
        SELECT count(*) FILTER (WHERE outcome = 'done') AS done,
               count(*) FILTER (WHERE outcome = 'refused') AS refused FROM stored
    """)  # noqa: S608


def _forward(change: Change) -> _Statements:
    update = f"UPDATE leads l SET {change.sets}, {TOUCH} FROM bulk_operation_items i WHERE {_DONE} AND l.id = i.lead_id"  # noqa: S608
    return _Statements(_judge(change, change), text(update))


def _backward(change: Change) -> _Statements:
    """The columns as the undone operation found them."""
    sets = ", ".join(f"{column} = was.{column}" for column in change.columns)
    update = (
        f"UPDATE leads l SET {sets}, version = l.version + 1, updated_at = now(),"  # noqa: S608
        "   last_activity_at = coalesce(was.last_activity_at, l.last_activity_at)"
        f" FROM bulk_operation_items i, {_AS_BEFORE} {_DONE} AND l.id = i.lead_id"
    )
    return _Statements(_judge(UNTOUCHED, change), text(update))


_DO = {kind: _forward(change) for kind, change in CHANGES.items()}
_UNDO = {kind: _backward(change) for kind, change in CHANGES.items()}


def work_batch(session: Session, operation_id: UUID) -> bool:
    """Change the next leads of an operation; True while there are more. The caller commits.

    Nothing happens to one that has ended. Raises ReadOnly while the application is frozen.
    """
    operation = session.execute(_OPERATION, {"operation": operation_id}).one_or_none()
    if operation is None or operation.state not in OPEN_STATES:
        return False
    kind = BulkKind(operation.kind)
    actor = _doer(session, operation)
    try:
        require(session, actor, RIGHTS[kind])
    except NotAllowed:
        rest = session.execute(_REFUSE_REST, {"operation": operation_id, "refusal": Refusal.RIGHT_LOST})
        return _count(session, operation, done=0, refused=rest.rowcount)  # type: ignore[attr-defined]
    first = operation.done_count + operation.refused_count + 1
    values = {"operation": operation_id, "first": first, "last": first + BATCH_LEADS - 1}
    if kind is BulkKind.DUPLICATE:
        hold_all(session)  # whoever takes a lead in looks for the one to point it to
    session.execute(_LOCK, values)
    values |= {"boroughs": limits(actor), "undoes": operation.undoes_ref}
    if operation.undoes_ref is None:
        values |= _parameters(session, actor, kind, operation.arguments, values)
    statements = (_UNDO if operation.undoes_ref else _DO)[kind]
    counts = session.execute(statements.judge, values).one()
    session.execute(statements.change, values)
    _follow(session, operation, kind, values)
    return _count(session, operation, done=counts.done, refused=counts.refused)


def _doer(session: Session, operation: Row[Any]) -> Actor:
    """Who began the operation, with the rights and limits of this moment; their session may have ended since."""
    rights = rights_of(grants_of(session, operation.user_ref))
    return Actor(
        operation.user_ref,
        operation.username,
        operation.full_name,
        permissions=rights.permissions,
        scope_boroughs=rights.boroughs,
        scope_platforms=rights.platforms,
    )


def _parameters(
    session: Session, actor: Actor, kind: BulkKind, arguments: dict[str, Any], batch: dict[str, Any]
) -> dict[str, Any]:
    """What the SQL of a kind asks for, as it is now."""
    if kind is BulkKind.STATUS:
        return step_to(LeadStatus(arguments["to"]))
    if kind is BulkKind.ASSIGN:
        user_id = None if arguments["user_id"] is None else UUID(arguments["user_id"])
        return {"user_id": user_id, "works_in": works_in(session, user_id)}
    if kind is BulkKind.DUPLICATE:
        survivor = UUID(arguments["survivor"])
        row = session.execute(_SURVIVOR, {"id": survivor}).one_or_none()
        stands = row is not None and row.stands and actor.reaches(borough=row.borough)
        survivors = list(session.scalars(_SURVIVORS, batch))
        return {"survivor": survivor, "survivor_stands": stands, "survivors": survivors}
    return {"tag": arguments["tag"]} if kind in (BulkKind.TAG, BulkKind.UNTAG) else {}


def _follow(session: Session, operation: Row[Any], kind: BulkKind, values: dict[str, Any]) -> None:
    """What hangs on the change: the history of statuses, the sale of a survivor and of who is freed, old figures."""
    if kind is BulkKind.STATUS:
        who = {"actor_name": operation.full_name, "actor_id": operation.user_ref, "reason": operation.reason}
        session.execute(_HISTORY, values | who)
    if kind is BulkKind.DUPLICATE and operation.undoes_ref is None:
        _take_off_sale(session, operation.id, values["survivor"])
    elif kind is BulkKind.DUPLICATE:
        _back_on_sale(session, UUID(operation.arguments["survivor"]), values)
    if kind in _DAYS:
        mark_changed(session, session.scalars(_DAYS[kind], values), ACTIVE_ROLLUPS)


def _take_off_sale(session: Session, operation_id: UUID, survivor: UUID) -> None:
    """Take a survivor off sale that its family is against now, and remember it for the undo."""
    if not family_refuses(session, survivor):
        return
    if session.scalar(_OFF_SALE, {"id": survivor}) is not None or taken_off_sale(session, survivor):
        session.execute(_TOOK_OFF, {"operation": operation_id})


def _back_on_sale(session: Session, survivor: UUID, values: dict[str, Any]) -> None:
    """What the undo gives back of the sale, as far as consents stand now: they outlive every undo."""
    freed = set(session.scalars(_ON_SALE, values))
    if barred := freed - fit_for_sale(session, freed):
        session.execute(_NOT_FOR_SALE, {"ids": sorted(barred)})
    if taken_off_sale(session, survivor) and may_be_sold(session, survivor):
        session.execute(_BACK_ON_SALE, {"id": survivor})
        session.execute(_PUT_BACK, {"survivor": str(survivor)})


def _count(session: Session, operation: Row[Any], *, done: int, refused: int) -> bool:
    """Add a batch to the counts; True while leads are left. Who waits for a long one is told of its end."""
    done_count, refused_count = operation.done_count + done, operation.refused_count + refused
    more = bool(done + refused) and done_count + refused_count < operation.lead_count
    state = BulkState.RUNNING if more else BulkState.FINISHED
    session.execute(_COUNT, {"operation": operation.id, "state": str(state), "done": done, "refused": refused})
    if not more and operation.lead_count >= IN_BACKGROUND_FROM:
        body = (
            f"{done_count:,} leads were changed, {refused_count:,} were refused. See Bulk changes on the Leads screen."
        )
        tell(session, operation.user_ref, title="Your bulk change is done", body=body, kind="job")
    return more
