"""Two leads of one person: the one points to the other, which stands for both. Nothing is moved, so it can be undone.

A family is flat: every duplicate points to the survivor itself, never to another duplicate. Whoever is confirmed as a
duplicate brings their own duplicates along; the pair's row keeps what was before, and an undo restores exactly that.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_changes import what_changed
from aurum_data.actions.selling import family_refuses, may_be_sold, taken_off_sale
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.intake.duplicates import hold_all
from aurum_data.rules.identity import Permission

_LEAD = text("""
    SELECT id, version, created_at, is_active, erased_at, borough, duplicate_of, sellable
    FROM leads WHERE id = :lead_id FOR UPDATE
""")
_POINT = text("""
    UPDATE leads SET duplicate_of = :to, sellable = false, version = version + 1, updated_at = now()
    WHERE id = :lead_id OR duplicate_of = :lead_id RETURNING id
""")
_FREE = text("""
    UPDATE leads SET duplicate_of = NULL, version = version + 1, updated_at = now() WHERE id = :lead_id
""")
# Members that a later decision of their own brought to where they are stay there.
_TAKE_BACK = text("""
    UPDATE leads m SET duplicate_of = :lead_id, version = m.version + 1, updated_at = now()
    WHERE m.id = ANY (:members) AND m.duplicate_of = :survivor AND NOT EXISTS (
        SELECT FROM lead_duplicate_candidates c
        WHERE (c.lead_id = m.id OR c.older_ref = m.id) AND c.state = 'confirmed'
          AND c.before ->> 'duplicate' = CAST(m.id AS text) AND c.decided_at > :decided_at)
    RETURNING m.id
""")
_SELL = text("""
    UPDATE leads SET sellable = :sellable, version = version + 1, updated_at = now()
    WHERE id = :lead_id AND sellable <> :sellable
""")
_DECIDE = text("""
    INSERT INTO lead_duplicate_candidates AS c (lead_id, older_ref, state, decided_by, decided_at, before)
    VALUES (:younger, :older, :state, :user_id, clock_timestamp(), :before)
    ON CONFLICT (lead_id, older_ref) DO UPDATE
    SET state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
        before = excluded.before
    WHERE c.state <> 'confirmed' OR :undo
    RETURNING c.id
""").bindparams(bindparam("before", type_=JSONB))
_CONFIRMED = text("""
    SELECT older_ref, lead_id, decided_at, before FROM lead_duplicate_candidates
    WHERE (lead_id = :lead_id OR older_ref = :lead_id) AND state = 'confirmed'
      AND before ->> 'duplicate' = CAST(:lead_id AS text)
    ORDER BY decided_at DESC LIMIT 1
""")


def confirm_duplicate(
    session: Session,
    actor: Actor,
    *,
    survivor_id: UUID,
    survivor_version: int,
    duplicate_id: UUID,
    duplicate_version: int,
) -> UUID:
    """Mark a lead as a duplicate of another and give the survivor: that lead, or the one it is a duplicate of.

    The duplicate comes off sale; so does the survivor if one of the family withdrew consent. The versions are those
    that the actor saw. Raises Conflict when somebody changed one of them since, or they are linked already; NotFound;
    Invalid.
    """
    require(session, actor, Permission.LEADS_WRITE)
    if survivor_id == duplicate_id:
        raise Invalid("A lead cannot be a duplicate of itself.")
    hold_all(session)  # whoever takes a lead in looks for survivors
    survivor = _locked(session, actor, survivor_id, survivor_version)
    duplicate = _locked(session, actor, duplicate_id, duplicate_version)
    if survivor.duplicate_of is not None:
        survivor = _locked(session, actor, survivor.duplicate_of, None)
    if survivor.id == duplicate.id:
        raise Conflict("The other lead is a duplicate of this one already. Undo that first to turn it round.")
    if duplicate.duplicate_of is not None:
        raise Conflict("This lead is marked as a duplicate already. Undo that first.")
    was_sellable = survivor.sellable or taken_off_sale(session, survivor.id)
    moved = sorted(session.scalars(_POINT, {"lead_id": duplicate.id, "to": survivor.id}))
    if survivor.sellable and family_refuses(session, survivor.id):
        session.execute(_SELL, {"lead_id": survivor.id, "sellable": False})
    before = {
        "duplicate": str(duplicate.id),
        "survivor": str(survivor.id),
        "sellable": duplicate.sellable,
        "survivor_sellable": was_sellable,  # but for its duplicates
        "members": [str(one) for one in moved if one != duplicate.id],
    }
    _decide(session, actor, survivor, duplicate, "confirmed", before)
    told = {name: value for name, value in before.items() if name != "duplicate"}
    audit(session, actor, "leads:duplicate:confirm", "lead", duplicate.id, **told)
    survivor_of_all: UUID = survivor.id
    return survivor_of_all


def undo_duplicate(session: Session, actor: Actor, *, lead_id: UUID, version: int) -> UUID:
    """Say that a lead is not a duplicate after all, and give the lead that it was a duplicate of.

    It takes back the duplicates that it brought along, and may be sold again if it could be before and its consent
    still stands. The two are not proposed again. Raises Conflict when somebody changed the lead since, or it is no
    duplicate; NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    hold_all(session)
    lead = _locked(session, actor, lead_id, version)
    if lead.duplicate_of is None:
        raise Conflict("This lead is not marked as a duplicate.")
    survivor = _locked(session, actor, lead.duplicate_of, None, standing=False)
    # Without a row the lead was recognised when it came.
    record = session.execute(_CONFIRMED, {"lead_id": lead_id}).one_or_none()
    before: dict[str, Any] = record.before if record else {}
    session.execute(_FREE, {"lead_id": lead_id})
    back: list[UUID] = []
    if record:
        asked = {"lead_id": lead_id, "survivor": survivor.id, "decided_at": record.decided_at}
        back = sorted(session.scalars(_TAKE_BACK, asked | {"members": [UUID(one) for one in before["members"]]}))
    if before.get("sellable", True):
        session.execute(_SELL, {"lead_id": lead_id, "sellable": may_be_sold(session, lead_id)})
    was_survivor = before.get("survivor") == str(survivor.id)
    if family_refuses(session, lead_id) and (not was_survivor or before["survivor_sellable"]):
        session.execute(_SELL, {"lead_id": survivor.id, "sellable": may_be_sold(session, survivor.id)})
    _decide(session, actor, survivor, lead, "dismissed", {}, undo=True)
    if record and not was_survivor:  # the survivor of then has become a duplicate itself
        once = _locked(session, actor, UUID(before["survivor"]), None, standing=False)
        _decide(session, actor, once, lead, "dismissed", {}, undo=True)
    audit(
        session, actor, "leads:duplicate:undo", "lead", lead_id,
        survivor=str(survivor.id), members=[str(one) for one in back],
    )  # fmt: skip
    former: UUID = survivor.id
    return former


def dismiss_duplicate(session: Session, actor: Actor, *, lead_id: UUID, other_id: UUID) -> None:
    """Say that two leads are not the same person: they are not proposed again.

    Raises Conflict when they were confirmed meanwhile; NotFound; Invalid.
    """
    require(session, actor, Permission.LEADS_WRITE)
    if lead_id == other_id:
        raise Invalid("A lead cannot be a duplicate of itself.")
    lead, other = _locked(session, actor, lead_id, None), _locked(session, actor, other_id, None)
    _decide(session, actor, lead, other, "dismissed", {})
    audit(session, actor, "leads:duplicate:dismiss", "lead", lead_id, other=str(other_id))


def _locked(session: Session, actor: Actor, lead_id: UUID, version: int | None, *, standing: bool = True) -> Row[Any]:
    """The lead, locked until the transaction ends; `standing`: it must be active, with its data.

    Raises NotFound, also beyond the actor's limits, or Conflict.
    """
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no lead with this id.")
    if version is not None and lead.version != version:
        raise Conflict(what_changed(session, lead_id))
    if standing and (not lead.is_active or lead.erased_at is not None):
        raise Conflict("One of the two leads is deactivated or erased.")
    return lead


def _decide(
    session: Session, actor: Actor, one: Row[Any], other: Row[Any], state: str, before: dict[str, Any],
    *, undo: bool = False,
) -> None:  # fmt: skip
    """Put the decision about a pair on its row. Raises Conflict when it is confirmed, unless that is undone."""
    older, younger = sorted((one, other), key=lambda lead: (lead.created_at, lead.id))
    pair = {"older": older.id, "younger": younger.id, "state": state, "user_id": actor.user_id}
    if session.scalar(_DECIDE, pair | {"before": before, "undo": undo}) is None:
        raise Conflict("Somebody confirmed meanwhile that the two are the same person.")
