"""Changes of access that two administrators must agree on: one asks with a reason, another one approves.

A kind of request has an action of its own that calls `approve` and then does what was asked, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from aurum_data.actions.core import Actor, audit, require
from aurum_data.clock import now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.rules.typed import typed_text

GOOD_FOR = timedelta(hours=24)
LONGEST_REASON = 500

_OPEN_ONE = text("""
    SELECT id FROM access_requests
    WHERE kind = :kind AND user_ref = :user_id AND details = :details AND decision IS NULL AND expires_at > now()
""").bindparams(bindparam("details", type_=JSONB))
_ASK = text("""
    INSERT INTO access_requests (kind, user_ref, details, reason, requested_by, expires_at)
    VALUES (:kind, :user_id, :details, :reason, :actor_id, :expires_at)
    RETURNING id
""").bindparams(bindparam("details", type_=JSONB))
_ONE = text("""
    SELECT id, kind, user_ref, details, reason, requested_by, expires_at > now() AS is_open, decision
    FROM access_requests WHERE id = :request_id FOR UPDATE
""")
_DECIDE = text("""
    UPDATE access_requests SET decision = :decision, decided_by = :actor_id, decided_at = now() WHERE id = :request_id
""")


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    request_id: UUID
    kind: str
    user_ref: UUID
    details: dict[str, Any]
    reason: str
    requested_by: UUID


def checked_reason(reason: str) -> str:
    """A reason as it is stored. Raises Invalid when there is none, or it is too long."""
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if not reason:
        raise Invalid("Give the reason.")
    return reason


def ask(
    session: Session, actor: Actor, *, kind: str, user_id: UUID, reason: str, details: dict[str, Any] | None = None
) -> UUID:
    """Ask for a change of somebody's access. Raises Conflict when the same was asked and is still open."""
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    asked = {"kind": kind, "user_id": user_id, "details": details or {}}
    if session.scalar(_OPEN_ONE, asked):
        raise Conflict("This was asked for already. Another administrator has to approve it: see Requests.")
    request_id: UUID = session.execute(
        _ASK,
        {**asked, "reason": checked_reason(reason), "actor_id": actor.user_id, "expires_at": now() + GOOD_FOR},
    ).scalar_one()
    audit(session, actor, f"identity:{kind}:ask", "user", user_id, reason=reason, request_id=str(request_id))
    return request_id


def approve(session: Session, actor: Actor, *, request_id: UUID, kind: str) -> Asked:
    """Agree to what another administrator asked for; the caller does it in the same transaction.

    Raises NotAllowed for one's own request or access, Conflict when it is decided or a day old, NotFound.
    """
    asked = _open(session, actor, request_id)
    if asked.kind != kind:
        raise NotFound("There is no such request.")
    if actor.user_id in {asked.requested_by, asked.user_ref}:
        raise NotAllowed("Somebody else has to approve this: it takes two administrators.")
    _decide(session, actor, asked, "approved")
    return asked


def refuse(session: Session, actor: Actor, *, request_id: UUID) -> None:
    """Refuse a request, or take one's own back. Raises Conflict, NotFound."""
    asked = _open(session, actor, request_id)
    _decide(session, actor, asked, "withdrawn" if asked.requested_by == actor.user_id else "refused")


def _open(session: Session, actor: Actor, request_id: UUID) -> Asked:
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    row = session.execute(_ONE, {"request_id": request_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such request.")
    if row.decision is not None:
        raise Conflict("This request was decided meanwhile.")
    if not row.is_open:
        raise Conflict("This request is more than a day old and has ended. Ask again.")
    return Asked(row.id, row.kind, row.user_ref, row.details, row.reason, row.requested_by)


def _decide(session: Session, actor: Actor, asked: Asked, decision: str) -> None:
    session.execute(_DECIDE, {"request_id": asked.request_id, "decision": decision, "actor_id": actor.user_id})
    audit(
        session, actor, f"identity:{asked.kind}:{decision}", "user", asked.user_ref,
        reason=asked.reason, request_id=str(asked.request_id),
    )  # fmt: skip
