"""Giving roles to people and taking them away.

The role Admin needs a second administrator: it is asked for, and given when another one agrees. Only where there is
a single administrator may that one make the next alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from sqlalchemy.types import Text, Uuid

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rights import (
    administrators,
    keep_two_administrators,
    person_to_change,
    refuse_for_leavers,
    refuse_mixed_limits,
    refuse_past,
    refuse_ungrantable,
    rights_changed,
    written,
)
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Grant, Permission, Role
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.rules.typed import typed_text
from aurum_data.security.rights import grants_of, known

REQUEST_HOURS = 24
LONGEST_REASON = 300

_ROLE = text("""
    SELECT r.id, r.role_name,
           ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p WHERE p.role_id = r.id) AS permissions
    FROM roles r WHERE r.role_name = :role
""")
_HELD = text("""
    SELECT expires_at, scope_boroughs, scope_platforms FROM user_roles
    WHERE user_id = :user_id AND role_id = :role_id FOR UPDATE
""")
_GIVE = text("""
    INSERT INTO user_roles (user_id, role_id, granted_by, expires_at, scope_boroughs, scope_platforms)
    VALUES (:user_id, :role_id, :by, :until, :boroughs, :platforms)
    ON CONFLICT (user_id, role_id) DO UPDATE SET
        granted_by = excluded.granted_by, granted_at = excluded.granted_at, expires_at = excluded.expires_at,
        scope_boroughs = excluded.scope_boroughs, scope_platforms = excluded.scope_platforms
""").bindparams(bindparam("boroughs", type_=ARRAY(Text)), bindparam("platforms", type_=ARRAY(Uuid)))
_END = text("DELETE FROM user_roles WHERE user_id = :user_id AND role_id = :role_id")
_PLATFORMS = text("SELECT count(*) FROM b2b_platforms WHERE id = ANY (:ids)")
_ASK = text("""
    INSERT INTO access_requests (kind, user_ref, details, reason, requested_by, expires_at)
    VALUES ('role_grant', :user_id, :details, :reason, :by, now() + make_interval(hours => :hours))
""").bindparams(bindparam("details", type_=JSONB))
_ASKED = text("""
    SELECT EXISTS (SELECT FROM access_requests
                   WHERE kind = 'role_grant' AND user_ref = :user_id AND decision IS NULL AND expires_at > now())
""")
_REQUEST = text("""
    SELECT id, user_ref, details, reason, requested_by, decision, expires_at <= now() AS is_late
    FROM access_requests WHERE id = :id AND kind = 'role_grant' FOR UPDATE
""")
_DECIDE = text("""
    UPDATE access_requests SET decision = :decision, decided_by = :by, decided_at = now() WHERE id = :id
""")


def grant_role(
    session: Session,
    actor: Actor,
    *,
    user_id: UUID,
    role: str,
    until: datetime | None = None,
    boroughs: Iterable[Borough] | None = None,
    platforms: Iterable[UUID] | None = None,
    reason: str = "",
) -> Literal["given", "asked"]:
    """Give a role, or set anew how long and where a role is held. The person's sessions end.

    `until`: for good without it. `boroughs` and `platforms` limit it; what cannot be limited so is then not given
    (rules/identity.py). "asked": a second administrator must agree first. Raises NotAllowed, Invalid, Conflict,
    NotFound.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    person = person_to_change(session, actor, user_id)
    refuse_for_leavers(person)
    row = _role(session, role)
    grant = Grant(row.role_name, known(row.permissions), _limit(boroughs), _limit(platforms))
    reason = typed_text(reason, "reason", LONGEST_REASON)
    _check(session, actor, person, grant, until)
    if role == Role.ADMIN and not actor.is_system and len(administrators(session)) > 1:
        _ask(session, actor, user_id, until, reason)
        return "asked"
    _give(session, actor, row.id, user_id, grant, until, by=actor.user_id, reason=reason)
    return "given"


def end_role(session: Session, actor: Actor, *, user_id: UUID, role: str, reason: str = "") -> None:
    """Take a role away, at once in every open tab. Raises NotAllowed, Conflict for the last but one administrator,
    NotFound."""
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    person_to_change(session, actor, user_id)
    row = _role(session, role)
    before = session.execute(_HELD, {"user_id": user_id, "role_id": row.id}).one_or_none()
    if before is None:
        raise NotFound("This person does not hold this role any more.")
    if role == Role.ADMIN:
        keep_two_administrators(session, without=user_id)
    session.execute(_END, {"user_id": user_id, "role_id": row.id})
    rights_changed(
        session, actor, user_id, "identity:role:end", reason=typed_text(reason, "reason", LONGEST_REASON) or None,
        role=role, before=_written(before.expires_at, before.scope_boroughs, before.scope_platforms), after=None,
    )  # fmt: skip


def decide_role_grant(session: Session, actor: Actor, *, request_id: UUID, approve: bool) -> None:
    """Agree to a request for the role Admin, which gives it, or refuse it. Who asked may only take it back.

    Raises NotAllowed for who asked and for the person meant, Conflict once decided or after 24 hours, NotFound.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    request = session.execute(_REQUEST, {"id": request_id}).one_or_none()
    if request is None:
        raise NotFound("There is no such request.")
    if request.decision is not None or request.is_late:
        raise Conflict("This request was decided already, or is older than 24 hours.")
    own = request.requested_by == actor.user_id
    if approve and (own or actor.user_id not in administrators(session)):
        raise NotAllowed("Another administrator than the one who asked must agree.")
    decision = "approved" if approve else "withdrawn" if own else "refused"
    session.execute(_DECIDE, {"id": request_id, "decision": decision, "by": actor.user_id})
    audit(session, actor, f"identity:role_request:{decision}", "user", request.user_ref, request_id=str(request_id))
    if approve:
        person = person_to_change(session, actor, request.user_ref)
        refuse_for_leavers(person)
        row = _role(session, request.details["role"])
        until = request.details["until"] and datetime.fromisoformat(request.details["until"])
        grant = Grant(row.role_name, known(row.permissions))
        _check(session, actor, person, grant, until)
        _give(session, actor, row.id, request.user_ref, grant, until, by=request.requested_by, reason=request.reason)


def _check(session: Session, actor: Actor, person: Row[Any], grant: Grant, until: datetime | None) -> None:
    """Refuse what cannot be given, or not so."""
    refuse_past(until)
    refuse_ungrantable(session, actor, grant.permissions)
    limited = grant.boroughs is not None or grant.platforms is not None
    if limited and grant.role == Role.ADMIN:
        raise Invalid("An administrator cannot be limited to boroughs or platforms.")
    if limited and not grant.effective:
        raise Invalid("Nothing that this role opens can be limited so.")
    if grant.platforms is not None:
        found = session.scalar(_PLATFORMS, {"ids": list(grant.platforms)})
        if found != len(grant.platforms):
            raise Invalid("One of these platforms does not exist.")
    others = [held for held in grants_of(session, person.id) if held.role != grant.role]
    refuse_mixed_limits(person.full_name, [*others, grant])
    if until is not None and grant.role == Role.ADMIN:
        keep_two_administrators(session, without=person.id)


def _give(
    session: Session, actor: Actor, role_id: UUID, user_id: UUID, grant: Grant, until: datetime | None,
    *, by: UUID | None, reason: str,
) -> None:  # fmt: skip
    before = session.execute(_HELD, {"user_id": user_id, "role_id": role_id}).one_or_none()
    boroughs = None if grant.boroughs is None else sorted(grant.boroughs)
    platforms = None if grant.platforms is None else sorted(grant.platforms)
    limits = {"boroughs": boroughs, "platforms": platforms}
    session.execute(_GIVE, {"user_id": user_id, "role_id": role_id, "by": by, "until": until} | limits)
    rights_changed(
        session, actor, user_id, "identity:role:grant", reason=reason or None, role=grant.role,
        before=before and _written(before.expires_at, before.scope_boroughs, before.scope_platforms),
        after=_written(until, boroughs, platforms),
    )  # fmt: skip


def _ask(session: Session, actor: Actor, user_id: UUID, until: datetime | None, reason: str) -> None:
    if not reason:
        raise Invalid("Say why: a second administrator has to agree, and will read it.")
    if session.scalar(_ASKED, {"user_id": user_id}):
        raise Conflict("This was asked for already, and waits for a second administrator.")
    details = {"role": str(Role.ADMIN), "until": written(until)}
    values = {"user_id": user_id, "details": details, "reason": reason, "by": actor.user_id, "hours": REQUEST_HOURS}
    session.execute(_ASK, values)
    audit(session, actor, "identity:role_request:ask", "user", user_id, reason=reason, **details)
    record_security_event(
        session, SecurityEventKind.ADMINISTRATOR_ASKED, user_id=user_id, address=actor.address, by=str(actor.user_id)
    )


def _role(session: Session, role: str) -> Row[Any]:
    row = session.execute(_ROLE, {"role": role}).one_or_none()
    if row is None:
        raise NotFound("There is no such role.")
    return row


def _limit(chosen: Iterable[Any] | None) -> frozenset[Any] | None:
    """The chosen things; none chosen means no limit."""
    return frozenset(chosen or ()) or None


def _written(until: datetime | None, boroughs: list[str] | None, platforms: list[UUID] | None) -> dict[str, Any]:
    """A grant as the audit trail keeps it."""
    named = None if platforms is None else [str(platform) for platform in platforms]
    return {"until": written(until), "boroughs": boroughs, "platforms": named}
