"""What a person may do with a lead: move it on, give it to somebody, write a note, see its contact data."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_changes import change_one, step_to
from aurum_data.actions.reveals import LONGEST_REASON, ContactField, count_reveal
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day, now
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import BulkKind
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.typed import typed_text
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

LONGEST_NOTE = 4000

_LEAD = text("SELECT is_active, borough FROM leads WHERE id = :lead_id FOR UPDATE")
_HISTORY = text("""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    VALUES (:lead_id, :before, :to, :actor_name, :actor_id, :reason)
""")
# Of `users u`: only somebody who can work on leads, in this borough, can be given one.
MAY_WORK = """
    u.status = 'active' AND EXISTS (
        SELECT FROM user_permissions p
        LEFT JOIN user_roles r ON r.role_id = p.role_id AND r.user_id = u.id
                              AND (r.expires_at IS NULL OR r.expires_at > now())
                              AND (<borough> = ANY (r.scope_boroughs)
                                   OR num_nonnulls(r.scope_boroughs, r.scope_platforms) = 0)
        WHERE p.resource = 'leads' AND p.action = 'write' AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.user_id = u.id OR r.id IS NOT NULL))
"""
_BOROUGHS = """
    SELECT b.borough FROM users u CROSS JOIN unnest(CAST(:boroughs AS text[])) b (borough) WHERE u.id = :user_id AND
"""
_WORKS_IN = text(" ".join([_BOROUGHS, MAY_WORK.replace("<borough>", "b.borough"), "ORDER BY b.borough"]))
_NOTE = text("""
    INSERT INTO lead_notes (lead_id, author_user_id, author_name, body)
    VALUES (:lead_id, :author_id, :author_name, :body) RETURNING id
""")
_TOUCH = text("UPDATE leads SET last_activity_at = now() WHERE id = :lead_id")
_CONTACT = {
    "phone": text("SELECT borough, phone_encrypted AS sealed FROM leads WHERE id = :lead_id"),
    "email": text("SELECT borough, email_encrypted AS sealed FROM leads WHERE id = :lead_id"),
}
_SEALED_AS = {"phone": SealedField.LEAD_PHONE, "email": SealedField.LEAD_EMAIL}


def change_status(
    session: Session,
    actor: Actor,
    *,
    lead_id: UUID,
    version: int,
    to: LeadStatus,
    reason: str | None = None,
) -> int:
    """Take a lead to another status by hand and give its new version.

    `version` is that of the row the actor saw. Raises Conflict when somebody changed the lead since, when it
    is deactivated or so already, or when the step is not allowed from where it stands; Invalid; NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    reason = typed_text(reason or "", "reason", LONGEST_REASON) or None
    changed, lead = change_one(session, actor, BulkKind.STATUS, lead_id=lead_id, version=version, **step_to(to))
    who = {"actor_name": actor.full_name, "actor_id": actor.user_id}
    session.execute(_HISTORY, {"lead_id": lead_id, "before": lead.status, "to": str(to), "reason": reason, **who})
    if to is LeadStatus.QUALIFIED and lead.qualified_at is None:
        mark_changed(session, [business_day(now())], ["revenue_metrics", "nyc_market_intelligence"])
    audit(
        session,
        actor,
        "leads:status:change",
        "lead",
        lead_id,
        reason=reason,
        before=lead.status,
        after=str(to),
    )
    return changed


def assign(session: Session, actor: Actor, *, lead_id: UUID, version: int, user_id: UUID | None) -> int:
    """Give a lead to a person, or to nobody (None), and give its new version.

    Raises Conflict as `change_status` does, also for a person who cannot work on the lead or has it already; NotFound.
    """
    require(session, actor, Permission.LEADS_ASSIGN)
    given = {"user_id": user_id, "works_in": works_in(session, user_id)}
    changed, lead = change_one(session, actor, BulkKind.ASSIGN, lead_id=lead_id, version=version, **given)
    before = None if lead.assigned_to is None else str(lead.assigned_to)
    after = None if user_id is None else str(user_id)
    audit(session, actor, "leads:assignment:change", "lead", lead_id, before=before, after=after)
    return changed


def works_in(session: Session, user_id: UUID | None) -> list[str]:
    """The boroughs whose leads a person can work on; of nobody, none."""
    return list(session.scalars(_WORKS_IN, {"user_id": user_id, "boroughs": list(Borough)}))


def add_note(session: Session, actor: Actor, *, lead_id: UUID, body: str) -> UUID:
    """Write a note on a lead and give its id. Notes disturb nobody, so no version is asked for."""
    require(session, actor, Permission.LEADS_WRITE)
    body = typed_text(body, "note", LONGEST_NOTE)
    if not body:
        raise Invalid("The note is empty.")
    if actor.user_id is None:
        raise Invalid("A note needs a person who wrote it.")
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no lead with this id.")
    if not lead.is_active:
        raise Conflict("This lead is deactivated: restore it first.")
    author = {"author_id": actor.user_id, "author_name": actor.full_name}
    note: UUID = session.scalars(_NOTE, {"lead_id": lead_id, "body": body, **author}).one()
    session.execute(_TOUCH, {"lead_id": lead_id})
    audit(session, actor, "leads:note:add", "lead", lead_id, note=str(note))
    return note


def reveal_contact(session: Session, actor: Actor, *, lead_id: UUID, field: ContactField, reason: str) -> str:
    """The phone number (E.164) or email address of a lead, in the clear. On a session of the primary.

    Every look is audited with its reason, and limited (actions/reveals.py). Raises Invalid without a reason, NotAllowed
    when the hour's looks are used up, NotFound when there is none.
    """
    require(session, actor, Permission.LEADS_READ_PII)
    row = session.execute(_CONTACT[field], {"lead_id": lead_id}).one_or_none()
    if row is None or not actor.reaches(borough=row.borough):
        raise NotFound("There is no lead with this id.")
    if row.sealed is None:
        raise NotFound(f"This lead has no {field}.")
    reason = count_reveal(session, actor, reason)
    audit(session, actor, "leads:contact:reveal", "lead", lead_id, reason=reason, field=field)
    return get_keyring().open(_SEALED_AS[field], lead_id, row.sealed)
