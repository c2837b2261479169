"""Calls to leads: what came of them, and when the next one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.consent import stop_calls
from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.leads import LONGEST_NOTE
from aurum_data.clock import NEW_YORK, now
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.calls import (
    CALL_HOURS,
    CLOSING,
    FURTHEST_CALLBACK,
    SPOKE,
    CallDisposition,
    may_call_at,
    status_after,
)
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.typed import typed_text

_LEAD = text("SELECT id, borough, is_active, erased_at, status, do_not_call FROM leads WHERE id = :lead_id FOR UPDATE")
_CALL = text("""
    INSERT INTO lead_calls (lead_id, id, caller_user_id, caller_name, disposition, note, next_callback_at)
    VALUES (:lead_id, :call_id, :user_id, :name, :disposition, :note, :callback)
    ON CONFLICT (lead_id, id) DO NOTHING RETURNING id
""")
_CHANGE = text("""
    UPDATE leads
    SET status = :status, next_callback_at = :callback, version = version + 1, updated_at = now(),
        last_activity_at = now(),
        first_contacted_at = CASE WHEN :spoke THEN coalesce(first_contacted_at, now()) ELSE first_contacted_at END
    WHERE id = :lead_id
""")
_HISTORY = text("""
    INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name, actor_user_id, reason)
    VALUES (:lead_id, :before, :after, :name, :user_id, :reason)
""")


@dataclass(frozen=True)
class Logged:
    """A call on record: where it left the lead, and other leads of the same contact that came off sale."""

    status: LeadStatus
    other_leads: int = 0


def log_call(
    session: Session,
    actor: Actor,
    *,
    lead_id: UUID,
    call_id: UUID,
    disposition: CallDisposition,
    note: str = "",
    next_callback_at: datetime | None = None,
) -> Logged:
    """Put a call on record, with what follows from it.

    A first conversation makes a new lead contacted and sets when. A callback that was planned is done with this call;
    `next_callback_at` plans another. "Do not call" withdraws the consent to calls. A call that was made is a fact, so
    no version of the lead is asked for: what follows is decided from where the lead stands now. `call_id` is made by
    the form: the same call sent twice is logged once. Raises Invalid, Conflict for a deactivated lead, NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    if actor.user_id is None:
        raise Invalid("A call needs a person who made it.")
    note = typed_text(note, "note", LONGEST_NOTE)
    _check_callback(disposition, next_callback_at)
    lead = _locked(session, actor, lead_id)
    if lead.do_not_call and next_callback_at is not None:
        raise Conflict("This person asked not to be called: no callback can be planned.")
    before, after = LeadStatus(lead.status), status_after(LeadStatus(lead.status), disposition)
    who = {"lead_id": lead_id, "user_id": actor.user_id, "name": actor.full_name}
    call = {"call_id": call_id, "disposition": disposition, "note": note or None, "callback": next_callback_at}
    if session.scalar(_CALL, who | call) is None:
        return Logged(before)
    session.execute(
        _CHANGE,
        {"lead_id": lead_id, "status": after, "callback": next_callback_at, "spoke": disposition in SPOKE},
    )
    if after is not before:
        reason = f"Call: {disposition.replace('_', ' ')}"
        session.execute(_HISTORY, who | {"before": before, "after": after, "reason": reason})
    audit(session, actor, "leads:call:log", "lead", lead_id, call=str(call_id), disposition=disposition)
    if disposition is not CallDisposition.DO_NOT_CALL:
        return Logged(after)
    stopped = stop_calls(session, actor, lead_id=lead_id)
    return Logged(LeadStatus(_locked(session, actor, lead_id).status), stopped.other_leads)


def _check_callback(disposition: CallDisposition, at: datetime | None) -> None:
    """Refuse a callback that would not be lawful, lies in the past or makes no sense."""
    if at is None:
        return
    if disposition in CLOSING:
        raise Invalid("There is nothing to call back for: take the callback away, or choose what else came of it.")
    if at <= now():
        raise Invalid("The callback lies in the past: choose a later time.")
    if at > now() + FURTHEST_CALLBACK:
        raise Invalid(f"A callback can be planned at most {FURTHEST_CALLBACK.days} days ahead.")
    if not may_call_at(at):
        said = f"{at.astimezone(NEW_YORK):%I:%M %p}".lstrip("0")
        raise Invalid(f"People may be called from {CALL_HOURS} only: {said} is outside these hours.")


def _locked(session: Session, actor: Actor, lead_id: UUID) -> Row[Any]:
    """The lead, locked until the transaction ends."""
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or lead.erased_at is not None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no lead with this id.")
    if not lead.is_active:
        raise Conflict("This lead is deactivated: restore it first.")
    return lead
