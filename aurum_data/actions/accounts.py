"""The life of an account: the first administrator, an invitation, a change of password, the end of an employment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from aurum_data.actions.core import SYSTEM, Actor, audit, require, require_self
from aurum_data.actions.links import EMAIL_FIELD, Letter, end_links, make_link, send_link
from aurum_data.actions.rights import administrators, keep_two_administrators
from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import today
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.contact import masked_email, normalise_email, tidy
from aurum_data.rules.identity import USERNAME, LinkPurpose, Permission, Role, UserStatus, may_grant
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.encryption import get_keyring
from aurum_data.security.limits import Limit, forget, take
from aurum_data.security.passwords import hash_password, refuse_weak, verify_password

OLD_PASSWORD_TRIES = Limit("own_password", 5, 900)
LONGEST_NAME = 80
LONGEST_REASON = 300
TAKEN = "This user name is taken."

_ADD = text("""
    INSERT INTO users (id, username, full_name, status, email_encrypted, email_hash, email_masked)
    VALUES (:id, :username, :full_name, 'invited', :email, :digest, :masked)
""")
_ROLE = text("""
    SELECT r.id, ARRAY(SELECT p.resource || ':' || p.action FROM user_permissions p
                       WHERE p.role_id = r.id) AS permissions
    FROM roles r WHERE r.role_name = :role
""")
_GRANT = text("INSERT INTO user_roles (user_id, role_id, granted_by) VALUES (:user_id, :role_id, :granted_by)")
_HELD = text("""
    SELECT DISTINCT p.resource || ':' || p.action FROM user_permissions p
    LEFT JOIN user_roles g ON g.role_id = p.role_id AND g.user_id = :user_id
                          AND (g.expires_at IS NULL OR g.expires_at > now())
    WHERE (p.user_id = :user_id OR g.id IS NOT NULL) AND (p.expires_at IS NULL OR p.expires_at > now())
""")
_PERSON = text("SELECT id, username, full_name, status, password_hash FROM users WHERE id = :user_id FOR UPDATE")
_NAMESAKE = text("""
    SELECT u.id, EXISTS (SELECT FROM user_roles g JOIN roles r ON r.id = g.role_id
                         WHERE g.user_id = u.id AND r.role_name = 'admin') AS is_admin
    FROM users u WHERE u.username = :username
""")
_DISABLE = text("""
    UPDATE users
    SET status = 'disabled', auth_epoch = auth_epoch + 1, password_hash = NULL, left_on = :today, updated_at = now()
    WHERE id = :user_id
""")
# What a leaver had, and how each of it ends. The audit entry counts the rows.
_ENDINGS = {
    "sessions": text("""
        UPDATE sign_in_sessions SET revoked_at = now(), revoked_reason = 'left'
        WHERE user_ref = :user_id AND revoked_at IS NULL AND expires_at > now()
    """),
    "roles": text("DELETE FROM user_roles WHERE user_id = :user_id"),
    "permissions": text("DELETE FROM user_permissions WHERE user_id = :user_id"),
    "api_keys": text("UPDATE api_keys SET revoked_at = now() WHERE created_by = :user_id AND revoked_at IS NULL"),
    "identities": text("DELETE FROM user_identities WHERE user_id = :user_id"),
    "devices": text("DELETE FROM user_devices WHERE user_ref = :user_id"),
    "tickets": text("DELETE FROM sign_in_tickets WHERE user_ref = :user_id"),
    "requests": text("""
        UPDATE access_requests SET decision = 'withdrawn', decided_by = :by, decided_at = now()
        WHERE decision IS NULL AND (requested_by = :user_id OR user_ref = :user_id)
    """),
}
_CHANGE = text("""
    UPDATE users SET password_hash = :password_hash, password_changed_at = now(), auth_epoch = auth_epoch + 1,
                     updated_at = now()
    WHERE id = :user_id RETURNING auth_epoch
""")
_KEEP_SESSION = text("UPDATE sign_in_sessions SET auth_epoch = :epoch WHERE id = :session_id AND user_ref = :user_id")


def invite(session: Session, actor: Actor, *, username: str, full_name: str, email: str, role_name: str) -> UUID:
    """Make an account with one role, and have its person mailed a link to choose a password. Returns its id.

    Raises NotAllowed (also for a role that holds more than the actor may give), ConfirmationNeeded, ReadOnly, Invalid,
    Conflict (the user name is taken).
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    role = session.execute(_ROLE, {"role": role_name}).one_or_none()
    if role is None:
        raise Invalid("There is no such role.")
    held = frozenset(Permission) if actor.is_system else set(session.scalars(_HELD, {"user_id": actor.user_id}))
    if not may_grant(held, set(role.permissions)):
        raise NotAllowed("This role holds more than you may give.")
    user_id = _add_account(session, username=username, full_name=full_name, email=email)
    session.execute(_GRANT, {"user_id": user_id, "role_id": role.id, "granted_by": actor.user_id})
    record_security_event(
        session, SecurityEventKind.ROLE_CHANGED, user_id=user_id, address=actor.address, granted=role_name
    )
    audit(session, actor, "identity:account:invite", "user", user_id, username=username, role=role_name)
    send_link(session, user_id=user_id, purpose=LinkPurpose.INVITATION)
    return user_id


def _add_account(session: Session, *, username: str, full_name: str, email: str) -> UUID:
    if not USERNAME.fullmatch(username):
        raise Invalid(
            "A user name has 2 to 40 small letters, digits, dots, dashes or underscores, and begins with a letter."
        )
    if not (name := tidy(full_name, LONGEST_NAME)):
        raise Invalid("Say the person's name.")
    address, keys, user_id = normalise_email(email), get_keyring(), uuid7()
    values = {"id": user_id, "username": username, "full_name": name, "masked": masked_email(address)}
    sealed = {"email": keys.seal(EMAIL_FIELD, user_id, address), "digest": keys.digest("email", address)}
    try:
        with session.begin_nested():
            session.execute(_ADD, values | sealed)
    except IntegrityError:
        raise Conflict(TAKEN) from None
    return user_id


def resend_invitation(session: Session, actor: Actor, *, user_id: UUID) -> None:
    """Mail a new invitation; the links of earlier ones end. Raises NotAllowed, ReadOnly, NotFound, Conflict."""
    require(session, actor, Permission.USERS_WRITE)
    if _person(session, user_id).status != UserStatus.INVITED:
        raise Conflict("This person has chosen a password already, or has left.")
    end_links(session, user_id)
    audit(session, actor, "identity:account:invite_again", "user", user_id)
    send_link(session, user_id=user_id, purpose=LinkPurpose.INVITATION)


def first_administrator(session: Session, *, username: str, full_name: str, email: str) -> Letter:
    """The account of the first administrator, or a new link for one that was never used. For the command line.

    The caller hands the link over; nothing is mailed. Raises Conflict when an administrator is active, Invalid.
    """
    if administrators(session):
        raise Conflict("There is an administrator already, who can invite others.")
    namesake = session.execute(_NAMESAKE, {"username": username}).one_or_none()
    if namesake is None:
        user_id = _add_account(session, username=username, full_name=full_name, email=email)
        role = session.execute(_ROLE, {"role": Role.ADMIN}).one()
        session.execute(_GRANT, {"user_id": user_id, "role_id": role.id, "granted_by": None})
        audit(session, SYSTEM, "identity:account:first", "user", user_id, username=username, role=Role.ADMIN)
    elif namesake.is_admin:
        user_id = namesake.id
        end_links(session, user_id)
    else:
        raise Conflict(TAKEN)
    letter = make_link(session, SYSTEM, user_id=user_id, purpose=LinkPurpose.FIRST_ADMINISTRATOR)
    if letter is None:
        raise Conflict(TAKEN)
    return letter


def end_employment(session: Session, actor: Actor, *, user_id: UUID, reason: str) -> None:
    """Close the account of somebody who leaves: everything that lets them, or what they made, in ends at once.

    Their sessions in every tab, roles, permissions, machine keys that they made, links, identities at a provider,
    known browsers and open requests. Raises NotAllowed, ConfirmationNeeded, ReadOnly, Invalid, NotFound, Conflict.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    if not (why := tidy(reason, LONGEST_REASON)):
        raise Invalid("Say why: it is kept in the audit log.")
    if user_id == actor.user_id:
        raise NotAllowed("You cannot end your own employment: another administrator does that.")
    keep_two_administrators(session, user_id)
    person = _person(session, user_id)
    if person.status == UserStatus.DISABLED:
        raise Conflict("This account is closed already.")
    ids = {"user_id": user_id, "by": actor.user_id}
    ended = {what: session.execute(end, ids).rowcount for what, end in _ENDINGS.items()}  # type: ignore[attr-defined]
    end_links(session, user_id)
    session.execute(_DISABLE, {"user_id": user_id, "today": today()})
    record_security_event(session, SecurityEventKind.ROLE_CHANGED, user_id=user_id, address=actor.address, left=True)
    audit(session, actor, "identity:account:end", "user", user_id, reason=why, **ended)


def _person(session: Session, user_id: UUID) -> Row[Any]:
    row = session.execute(_PERSON, {"user_id": user_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such account.")
    return row


def change_password(session: Session, actor: Actor, *, old: str, new: str, stay: bool = True) -> bool:
    """Give oneself a new password; every other session ends at once, and this one too unless `stay`.

    False: the old password is wrong, or was wrong too often lately. It is counted, so the transaction must be kept.
    Raises Invalid for a weak password, NotAllowed, ReadOnly.
    """
    require_self(session, actor)
    person = session.execute(_PERSON, {"user_id": actor.user_id}).one()
    refuse_weak(new, personal=[person.username, person.full_name])
    taken = take(session, OLD_PASSWORD_TRIES, str(actor.user_id))
    if not verify_password(person.password_hash if taken.allowed else None, old):
        kind = SecurityEventKind.SIGN_IN_GUESSING if taken.first_refused else SecurityEventKind.SIGN_IN_FAILED
        record_security_event(session, kind, user_id=actor.user_id, address=actor.address, limit="own_password")
        return False
    if old == new:
        raise Invalid("The new password is the old one.")
    forget(session, OLD_PASSWORD_TRIES, str(actor.user_id))
    epoch = session.scalar(_CHANGE, {"user_id": actor.user_id, "password_hash": hash_password(new)})
    if stay:
        session.execute(_KEEP_SESSION, {"session_id": actor.session_id, "user_id": actor.user_id, "epoch": epoch})
    end_links(session, person.id)
    audit(session, actor, "identity:password:change", "user", actor.user_id, stayed=stay)
    return True
