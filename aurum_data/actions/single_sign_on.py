"""Single sign-on: who somebody is at the identity provider, by issuer and subject alone, never by email.

The provider's proof (an ID token, checked by Streamlit's route) is taken once, and only while it is fresh: it starts a
sign-in, which then goes on like any other, to the second factor, the ticket and the session table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aurum_data.actions.access_requests import checked_reason
from aurum_data.actions.core import Actor, audit, require, require_self
from aurum_data.actions.identity import Outcome
from aurum_data.actions.inbox import tell
from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Permission, Role
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.rights import grants_of, needs_second_factor

FRESH = timedelta(minutes=5)  # between the provider's clock and ours, and the person's way back
LONGEST = 255  # of a subject, by OpenID Connect Core; of an issuer, by us

# Each proof is good once: its time must be later than that of the last one.
_ARRIVE = text("""
    UPDATE user_identities i SET last_used_at = :issued_at
    FROM users u
    WHERE i.issuer = :issuer AND i.subject = :subject AND u.id = i.user_id AND u.status = 'active'
      AND (i.last_used_at IS NULL OR i.last_used_at < :issued_at)
    RETURNING u.id, u.username, u.totp_confirmed_at IS NOT NULL AS has_second_factor
""")
_KNOWN = text("""
    SELECT EXISTS (SELECT FROM user_identities i JOIN users u ON u.id = i.user_id
                   WHERE i.issuer = :issuer AND i.subject = :subject AND u.status = 'active')
""")
_LINK = text("""
    INSERT INTO user_identities (user_id, issuer, subject, created_by, last_used_at)
    VALUES (:user_id, :issuer, :subject, :by, :issued_at) RETURNING id
""")
_UNLINK = text("DELETE FROM user_identities WHERE id = :identity_id AND user_id = :user_id RETURNING issuer")
_PERSON = text("SELECT id FROM users WHERE id = :user_id AND status <> 'disabled'")


@dataclass(frozen=True)
class Identity:
    """What the provider says: who it is (issuer, subject) and when it looked."""

    issuer: str
    subject: str
    issued_at: datetime

    @property
    def is_fresh(self) -> bool:
        """Whether the provider said so just now."""
        return abs(now() - self.issued_at) <= FRESH


@dataclass(frozen=True)
class Arrival:
    """Somebody who came from the provider: how their sign-in goes on, as after a right password."""

    outcome: Outcome
    user_id: UUID
    username: str


def arrive(session: Session, identity: Identity, *, address: str | None) -> Arrival | Literal["unknown", "spent"]:
    """Begin the sign-in of whoever is linked to an identity. "spent": its proof was used before, or is too old."""
    named = {"issuer": identity.issuer, "subject": identity.subject, "issued_at": identity.issued_at}
    if not identity.is_fresh:
        return "spent"
    row = session.execute(_ARRIVE, named).one_or_none()
    if row is None:
        if session.scalar(_KNOWN, named):
            return "spent"
        failed = SecurityEventKind.SIGN_IN_FAILED
        record_security_event(session, failed, address=address, failure="unknown_identity", issuer=identity.issuer)
        return "unknown"
    if row.has_second_factor:
        return Arrival("needs_code", row.id, row.username)
    return Arrival("needs_second_factor" if needs_second_factor(session, row.id) else "right", row.id, row.username)


def link(session: Session, actor: Actor, identity: Identity) -> None:
    """Link one's own account to an identity that the provider has just confirmed. Needs a fresh confirmation.

    Raises Conflict when the identity belongs to an account already, Invalid when its proof is old.
    """
    require_self(session, actor, fresh=True)
    if not identity.is_fresh:
        raise Invalid("That took too long. Begin again.")
    if actor.user_id is not None:
        _link(session, actor, actor.user_id, identity.issuer, identity.subject, identity.issued_at)


def link_for(session: Session, actor: Actor, *, user_id: UUID, issuer: str, subject: str, reason: str) -> None:
    """Link somebody else's account to an identity. Not an administrator's: they do it themselves.

    Raises NotAllowed, Conflict, Invalid, NotFound.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    reason = checked_reason(reason)
    if user_id == actor.user_id or any(grant.role == Role.ADMIN for grant in grants_of(session, user_id)):
        raise NotAllowed("Administrators link their own account, on their account page.")
    if session.scalar(_PERSON, {"user_id": user_id}) is None:
        raise NotFound("There is no such account, or it is disabled.")
    issuer, subject = issuer.strip(), subject.strip()
    if not issuer.startswith("https://") or not subject or max(len(issuer), len(subject)) > LONGEST:
        raise Invalid("Give the issuer (https://…) and the subject as the provider writes them.")
    _link(session, actor, user_id, issuer, subject, None, reason)


def unlink(session: Session, actor: Actor, *, identity_id: UUID) -> None:
    """Remove a link of one's own account. Needs a fresh confirmation. Raises NotFound."""
    require_self(session, actor, fresh=True)
    issuer = session.scalar(_UNLINK, {"identity_id": identity_id, "user_id": actor.user_id})
    if issuer is None or actor.user_id is None:
        raise NotFound("This link is not there any more.")
    _note(session, actor, actor.user_id, "unlink", issuer, None)


def _link(
    session: Session, actor: Actor, user_id: UUID, issuer: str, subject: str,
    issued_at: datetime | None, reason: str | None = None,
) -> None:  # fmt: skip
    values = {"user_id": user_id, "issuer": issuer, "subject": subject, "by": actor.user_id, "issued_at": issued_at}
    try:
        with session.begin_nested():
            session.execute(_LINK, values)
    except IntegrityError:
        raise Conflict("This identity belongs to an account already.") from None
    _note(session, actor, user_id, "link", issuer, reason)


def _note(session: Session, actor: Actor, user_id: UUID, deed: str, issuer: str, reason: str | None) -> None:
    audit(session, actor, f"identity:single_sign_on:{deed}", "user", user_id, reason=reason, issuer=issuer)
    record_security_event(
        session, SecurityEventKind.IDENTITY_CHANGED, user_id=user_id, address=actor.address, deed=deed,
        by=actor.username,
    )  # fmt: skip
    done = "was linked to single sign-on" if deed == "link" else "is no longer linked to single sign-on"
    tell(
        session, user_id, title=f"Your account {done}", link="/account",
        body=f"By {actor.full_name}. If you did not want this, tell an administrator at once.",
    )  # fmt: skip
