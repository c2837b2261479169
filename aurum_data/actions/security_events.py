"""Writing security events, and telling the administrators of those that cannot wait."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam

from aurum_data.rules.identity import Role
from aurum_data.rules.security_events import IN_THE_INBOX, SENTENCES, SEVERITIES, SecurityEventKind
from aurum_data.security.limits import Limit, take

DENIALS = Limit("denied", times=1, seconds=60)

_EVENT = text("""
    INSERT INTO security_events (event, severity, user_ref, address, details)
    VALUES (:event, :severity, :user_id, CAST(:address AS inet), :details)
""").bindparams(bindparam("details", type_=JSONB))
# One message an hour of each kind about each person: a thousand guesses are one piece of news.
_TELL = text("""
    INSERT INTO inbox_messages (user_ref, kind, title, body, link)
    SELECT DISTINCT u.id, 'security', :title, :body, '/access'
    FROM users u JOIN user_roles g ON g.user_id = u.id JOIN roles r ON r.id = g.role_id
    WHERE r.role_name = :admin AND u.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > now())
      AND NOT EXISTS (SELECT FROM inbox_messages m
                      WHERE m.user_ref = u.id AND m.title = :title AND m.body = :body
                        AND m.created_at > now() - interval '1 hour')
""")
_NAME = text("SELECT username FROM users WHERE id = :user_id")


def record_security_event(
    session: Session,
    event: SecurityEventKind,
    *,
    user_id: UUID | None = None,
    address: str | None = None,
    machine: str | None = None,
    **details: Any,
) -> None:
    """Record an event in the caller's transaction; a grave one goes into the inbox of every administrator.

    `machine` names the key that it is about, if it is about no person.
    `details` hold ids, counts and names of things; never contact data, passwords or tokens.
    """
    severity = SEVERITIES[event]
    if machine:
        details["key"] = machine
    session.execute(
        _EVENT,
        {"event": event, "severity": severity, "user_id": user_id, "address": address, "details": details},
    )
    if severity in IN_THE_INBOX:
        who = session.scalar(_NAME, {"user_id": user_id}) if user_id else machine
        whose = "Key" if machine else "Account"
        body = f"{SENTENCES[event]}. {whose}: {who or 'none'}. Address: {address or 'not known'}."
        session.execute(_TELL, {"title": SENTENCES[event], "body": body, "admin": Role.ADMIN})


def record_denial(session: Session, *, user_id: UUID | None, thing: str, address: str | None = None) -> None:
    """Record that somebody asked for what they may not do: once a minute for each person and thing, for who keeps
    trying must not fill the log. In a transaction of its own, since that of the refused deed is rolled back.

    `thing` names the right, the screen or the route, never what it was about.
    """
    if take(session, DENIALS, f"{user_id}:{thing}").allowed:
        kind = SecurityEventKind.PERMISSION_DENIED
        record_security_event(session, kind, user_id=user_id, address=address, thing=thing)
