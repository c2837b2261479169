"""What a person may do with a lead: move it on, give it to somebody, write a note, see its contact data."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.reveals import LONGEST_REASON, ContactField, count_reveal
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import NEW_YORK, business_day, now, today
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadStatus, may_move
from aurum_data.rules.typed import typed_text
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

LONGEST_NOTE = 4000

_LEAD = text("""
    SELECT id, version, is_active, status, assigned_to, qualified_at, borough FROM leads WHERE id = :lead_id FOR UPDATE
""")
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
_SET_STATUS = text("""
    UPDATE leads
    SET status = :to, version = version + 1, updated_at = now(), last_activity_at = now(),
        first_contacted_at = CASE WHEN :to = 'contacted' THEN coalesce(first_contacted_at, now())
                                  ELSE first_contacted_at END,
        qualified_at = CASE WHEN :to = 'qualified' THEN coalesce(qualified_at, now()) ELSE qualified_at END
    WHERE id = :lead_id
    RETURNING version
""")
_HISTORY = text("""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    VALUES (:lead_id, :before, :to, :actor_name, :actor_id, :reason)
""")
_ASSIGN = text("""
    UPDATE leads
    SET assigned_to = :user_id, version = version + 1, updated_at = now(), last_activity_at = now()
    WHERE id = :lead_id
    RETURNING version
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
_PERSON = "SELECT u.full_name FROM users u WHERE u.id = :user_id AND"
_ASSIGNABLE = text(" ".join([_PERSON, MAY_WORK.replace("<borough>", ":borough")]))
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
    is deactivated, or when the step is not allowed from where it stands; Invalid; NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    reason = typed_text(reason or "", "reason", LONGEST_REASON) or None
    lead = _locked(session, actor, lead_id, version)
    before = LeadStatus(lead.status)
    if not may_move(before, to):
        raise Conflict(f"A lead that is {_word(before)} cannot be made {_word(to)} by hand.")
    changed: int = session.scalars(_SET_STATUS, {"lead_id": lead_id, "to": str(to)}).one()
    who = {"actor_name": actor.full_name, "actor_id": actor.user_id}
    session.execute(_HISTORY, {"lead_id": lead_id, "before": str(before), "to": str(to), "reason": reason, **who})
    if to is LeadStatus.QUALIFIED and lead.qualified_at is None:
        mark_changed(session, [business_day(now())], ["revenue_metrics", "nyc_market_intelligence"])
    audit(
        session,
        actor,
        "leads:status:change",
        "lead",
        lead_id,
        reason=reason,
        before=str(before),
        after=str(to),
    )
    return changed


def assign(session: Session, actor: Actor, *, lead_id: UUID, version: int, user_id: UUID | None) -> int:
    """Give a lead to a person, or to nobody (None), and give its new version.

    Raises Conflict as `change_status` does, Invalid for a person who cannot work on leads, NotFound.
    """
    require(session, actor, Permission.LEADS_ASSIGN)
    lead = _locked(session, actor, lead_id, version)
    if user_id is not None and not may_be_given(session, user_id, lead.borough):
        raise Invalid(f"This person cannot work on leads in {lead.borough}: choose somebody who can.")
    changed: int = session.scalars(_ASSIGN, {"lead_id": lead_id, "user_id": user_id}).one()
    before = None if lead.assigned_to is None else str(lead.assigned_to)
    after = None if user_id is None else str(user_id)
    audit(session, actor, "leads:assignment:change", "lead", lead_id, before=before, after=after)
    return changed


def may_be_given(session: Session, user_id: UUID, borough: str) -> bool:
    """Whether a person can work on leads of a borough."""
    return session.scalar(_ASSIGNABLE, {"user_id": user_id, "borough": borough}) is not None


def add_note(session: Session, actor: Actor, *, lead_id: UUID, body: str) -> UUID:
    """Write a note on a lead and give its id. Notes disturb nobody, so no version is asked for."""
    require(session, actor, Permission.LEADS_WRITE)
    body = typed_text(body, "note", LONGEST_NOTE)
    if not body:
        raise Invalid("The note is empty.")
    if actor.user_id is None:
        raise Invalid("A note needs a person who wrote it.")
    _locked(session, actor, lead_id, None)
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


def _locked(session: Session, actor: Actor, lead_id: UUID, version: int | None) -> Row[Any]:
    """The lead, locked until the transaction ends. Raises NotFound, also beyond the actor's limits, or Conflict."""
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no lead with this id.")
    if version is not None and lead.version != version:
        raise Conflict(what_changed(session, lead_id))
    if not lead.is_active:
        raise Conflict("This lead is deactivated: restore it first.")
    return lead


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
