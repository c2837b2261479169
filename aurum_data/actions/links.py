"""One-time links: an invitation, a forgotten password, the first administrator. Each lets a person choose a password.

A link is a random token, of which the database keeps the hash. It is spent once, by one statement, and ends by itself.
It does not sign in and does not touch the second factor: the person signs in as always afterwards. It is sent to the
address of the account and nowhere else, by the worker (jobs/links.py), so that no page ever waits for, or tells by the
time it takes, whether there is an account.

How often a link may be asked for: `PERSON_ASKS` within the life of a link, so that whoever asks on another's behalf
cannot fill a mailbox, and yet a good link lies in it; older ones stay good until one is used. `ADDRESS_ASKS` keeps one
address from filling the queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor, audit, require
from aurum_data.actions.security_events import record_security_event
from aurum_data.errors import NotFound
from aurum_data.jobs.queue import SEND_LINK, defer
from aurum_data.rules.identity import LINK_HOURS, LinkPurpose, Permission, UserStatus
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.devices import remember_device
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.limits import Limit, network_of, take
from aurum_data.security.passwords import hash_password, refuse_weak
from aurum_data.security.tokens import digest, new_token

PERSON_ASKS = Limit("password_reset_person", 3, LINK_HOURS[LinkPurpose.PASSWORD_RESET] * 3600)
ADDRESS_ASKS = Limit("password_reset_address", 20, 900)
EMAIL_FIELD = SealedField.USER_EMAIL
NOT_GOOD = "This link was used before, or is too old. Ask for a new one."

# An invitation is for somebody who has never chosen a password, a reset for somebody who has.
_STATUS = {
    LinkPurpose.INVITATION: UserStatus.INVITED,
    LinkPurpose.FIRST_ADMINISTRATOR: UserStatus.INVITED,
    LinkPurpose.PASSWORD_RESET: UserStatus.ACTIVE,
}
_ADDRESSEE = text("SELECT username, full_name, email_encrypted FROM users WHERE id = :user_id AND status = :status")
_MAKE = text("""
    INSERT INTO one_time_links (token_hash, purpose, user_ref, created_by, expires_at)
    VALUES (:token_hash, :purpose, :user_id, :created_by, now() + make_interval(hours => :hours))
    RETURNING expires_at
""")
_END = text("UPDATE one_time_links SET used_at = now() WHERE user_ref = :user_id AND used_at IS NULL")
_HOLDER = text("""
    SELECT l.purpose, u.username, u.full_name
    FROM one_time_links l JOIN users u ON u.id = l.user_ref
    WHERE l.token_hash = :token_hash AND l.used_at IS NULL AND l.expires_at > now()
""")
_SPEND = text("""
    UPDATE one_time_links SET used_at = now()
    WHERE token_hash = :token_hash AND used_at IS NULL AND expires_at > now()
    RETURNING user_ref
""")
_CHOOSE = text("""
    UPDATE users
    SET password_hash = :password_hash, password_changed_at = now(), status = 'active', auth_epoch = auth_epoch + 1,
        failed_attempts = 0, blocked_until = NULL, updated_at = now()
    WHERE id = :user_id AND status = :status
    RETURNING id
""")
_ACTIVE = text("SELECT id FROM users WHERE username = :username AND status = 'active'")


@dataclass(frozen=True)
class Letter:
    """A link and whom it goes to. Never logged: the token is the way in."""

    purpose: LinkPurpose
    token: str
    expires_at: datetime
    username: str
    full_name: str
    email: str | None


@dataclass(frozen=True)
class Holder:
    """The person of a link that is still good."""

    purpose: LinkPurpose
    username: str
    full_name: str


def make_link(session: Session, actor: Actor, *, user_id: UUID, purpose: LinkPurpose) -> Letter | None:
    """A new link for a person; None when there is no such account in the state that the purpose asks for."""
    row = session.execute(_ADDRESSEE, {"user_id": user_id, "status": _STATUS[purpose]}).one_or_none()
    if row is None:
        return None
    token = new_token()
    values = {"token_hash": digest(token), "purpose": purpose, "user_id": user_id, "created_by": actor.user_id}
    expires_at = session.execute(_MAKE, values | {"hours": LINK_HOURS[purpose]}).scalar_one()
    email = row.email_encrypted and get_keyring().open(EMAIL_FIELD, user_id, row.email_encrypted)
    audit(session, actor, "identity:link:make", "user", user_id, purpose=purpose)
    return Letter(purpose, token, expires_at, row.username, row.full_name, email)


def end_links(session: Session, user_id: UUID) -> None:
    """End every link of a person that is still good."""
    session.execute(_END, {"user_id": user_id})


def holder_of(session: Session, token: str) -> Holder | None:
    """Whose link this is; None when it was used, is too old, or never was. Does not spend it."""
    row = session.execute(_HOLDER, {"token_hash": digest(token)}).one_or_none()
    return None if row is None else Holder(LinkPurpose(row.purpose), row.username, row.full_name)


def choose_password(
    session: Session,
    *,
    token: str,
    password: str,
    device: str | None = None,
    address: str | None = None,
    user_agent: str | None = None,
) -> None:
    """Spend a link on a new password: all sessions and other links of the person end, and so does a pause.

    `device` is the token in the browser's device cookie: that browser is one of the person's from then on. Raises
    Invalid for a weak password (the link stays good), NotFound for a link that is not good, ReadOnly.
    """
    require(session, SYSTEM, Permission.USERS_WRITE)
    holder = holder_of(session, token)
    if holder is None:
        raise NotFound(NOT_GOOD)
    refuse_weak(password, personal=[holder.username, holder.full_name])
    hashed = hash_password(password)
    user_id = session.scalar(_SPEND, {"token_hash": digest(token)})
    if user_id is None:
        raise NotFound(NOT_GOOD)
    status = _STATUS[holder.purpose]
    if session.scalar(_CHOOSE, {"user_id": user_id, "password_hash": hashed, "status": status}) is None:
        raise NotFound(NOT_GOOD)
    end_links(session, user_id)
    if device:
        browser = remember_device(session, user_id=user_id, token=device, address=address, user_agent=user_agent)
        if browser.is_new:
            record_security_event(session, SecurityEventKind.NEW_DEVICE, user_id=user_id, address=address)
    actor = Actor(user_id, holder.username, holder.full_name, address=address)
    audit(session, actor, "identity:password:choose", "user", user_id, purpose=holder.purpose)


def request_password_reset(session: Session, *, username: str, address: str | None) -> None:
    """Have a link mailed to the person of this user name, if there is one; the caller cannot tell. Raises ReadOnly.

    For a name that nobody has the same is done, with an id that nobody has.
    """
    require(session, SYSTEM, Permission.USERS_WRITE)
    if address and not take(session, ADDRESS_ASKS, network_of(address)).allowed:
        return
    nobody = UUID(bytes=get_keyring().digest("user name", username)[:16])
    user_id = session.scalar(_ACTIVE, {"username": username}) or nobody
    if take(session, PERSON_ASKS, str(user_id)).allowed:
        send_link(session, user_id=user_id, purpose=LinkPurpose.PASSWORD_RESET)


def send_link(session: Session, *, user_id: UUID, purpose: LinkPurpose) -> None:
    """Queue the mail. The job holds no secret: the worker makes the link when it sends it."""
    defer(session, SEND_LINK, f"{SEND_LINK}:{user_id}", user_id=str(user_id), purpose=purpose)
