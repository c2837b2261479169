"""The second factor of a sign-in: set up, replaced, removed, reset by an administrator; recovery codes.

Whoever sets one up proves it with a code, and gets ten recovery codes that are shown once. Every change ends all
other sessions of the person, and is told to them: they would know if it was not they who did it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions import access_requests
from aurum_data.actions.core import Actor, audit, require, require_self
from aurum_data.actions.identity import TOTP_FIELD, begin_code, check_code, finish_code
from aurum_data.actions.inbox import tell
from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import now
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.rules.identity import Permission, Role
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.encryption import get_keyring
from aurum_data.security.recovery_codes import CODES, hashed, looks_like_one, new_recovery_codes, position_of
from aurum_data.security.rights import needs_second_factor
from aurum_data.security.sessions import end_sessions_of
from aurum_data.security.totp import matching_step

RESET = "second_factor_reset"  # the kind of its two-person request
ACCOUNT = "/account"

_PERSON = text("SELECT id, username, full_name, totp_confirmed_at FROM users WHERE id = :user_id FOR UPDATE")
_STORE = text("""
    UPDATE users
    SET totp_secret_encrypted = :sealed, totp_confirmed_at = now(), totp_last_step = :step,
        auth_epoch = auth_epoch + 1, updated_at = now()
    WHERE id = :user_id AND status = 'active' AND (:replace OR totp_confirmed_at IS NULL)
    RETURNING username, full_name
""")
_CLEAR = text("""
    UPDATE users SET totp_secret_encrypted = NULL, totp_confirmed_at = NULL, totp_last_step = NULL, updated_at = now()
    WHERE id = :user_id
""")
# The session in which the factor was changed goes on; it has just shown a code, or no longer needs one.
_KEEP_THIS_SESSION = text("""
    UPDATE sign_in_sessions s SET auth_epoch = u.auth_epoch, second_factor = :second_factor
    FROM users u WHERE u.id = s.user_ref AND s.id = :session_id AND s.user_ref = :user_id
""")
_FORGET_CODES = text("DELETE FROM user_recovery_codes WHERE user_id = :user_id")
_ADD_CODE = text("INSERT INTO user_recovery_codes (user_id, code_hash) VALUES (:user_id, :code_hash)")
_UNUSED_CODES = text("""
    SELECT id, code_hash FROM user_recovery_codes WHERE user_id = :user_id AND used_at IS NULL ORDER BY id
""")
_USE_RECOVERY_CODE = text("""
    UPDATE user_recovery_codes SET used_at = now() WHERE id = :id AND used_at IS NULL RETURNING id
""")
_IS_ADMIN = text("""
    SELECT EXISTS (SELECT FROM user_roles g JOIN roles r ON r.id = g.role_id
                   WHERE g.user_id = :user_id AND r.role_name = :admin
                     AND (g.expires_at IS NULL OR g.expires_at > now()))
""")


@dataclass(frozen=True)
class Proof:
    """A code that fitted; after a recovery code, how many of them are left."""

    codes_left: int | None = None


# Setting up


def set_up_at_sign_in(session: Session, *, user_id: UUID, secret: str, code: str, address: str | None) -> list[str]:
    """The first factor of a person who has just typed the right password; their recovery codes.

    Raises Invalid for a wrong code, Conflict when a factor was set up meanwhile: that one cannot be overwritten so.
    """
    step, codes = _proved(secret, code), new_recovery_codes()
    hashes = hashed(codes)
    person = _store(session, user_id, secret, step, replace=False)
    if person is None:
        raise Conflict("A second factor was set up for this account meanwhile. Sign in again.")
    _replace_codes(session, user_id, hashes)
    actor = Actor(user_id, person.username, person.full_name, address=address)
    _note(session, actor, "set_up", "was set up")
    return codes


def set_up(session: Session, actor: Actor, *, secret: str, code: str) -> list[str]:
    """A factor for oneself, the first or another one; the new recovery codes. Needs a fresh confirmation.

    Raises Invalid for a wrong code.
    """
    require_self(session, actor, fresh=True)
    step, codes = _proved(secret, code), new_recovery_codes()
    hashes = hashed(codes)
    had_one = session.execute(_PERSON, {"user_id": actor.user_id}).one().totp_confirmed_at is not None
    _store(session, _own(actor), secret, step, replace=True)
    _keep_this_session(session, actor, second_factor=True)
    _replace_codes(session, _own(actor), hashes)
    _note(session, actor, "replace" if had_one else "set_up", "was replaced" if had_one else "was set up")
    return codes


def remove(session: Session, actor: Actor) -> None:
    """Do without a second factor, for those who may. Needs a fresh confirmation. Raises Conflict for the others."""
    require_self(session, actor, fresh=True)
    person = session.execute(_PERSON, {"user_id": actor.user_id}).one()
    if person.totp_confirmed_at is None:
        raise Conflict("You have no second factor.")
    if needs_second_factor(session, _own(actor)):
        raise Conflict("Your role needs a second factor. You can replace it by another one.")
    _clear(session, _own(actor))
    _keep_this_session(session, actor, second_factor=False)
    _note(session, actor, "remove", "was removed")


def new_codes(session: Session, actor: Actor) -> list[str]:
    """Ten new recovery codes; the old ones end. Needs a fresh confirmation. Raises Conflict without a factor."""
    require_self(session, actor, fresh=True)
    hashes = hashed(codes := new_recovery_codes())
    if session.execute(_PERSON, {"user_id": actor.user_id}).one().totp_confirmed_at is None:
        raise Conflict("Set up a second factor first.")
    _replace_codes(session, _own(actor), hashes)
    _note(session, actor, "new_codes", "has new recovery codes")
    return codes


# Using


def check_factor(
    session: Session, *, user_id: UUID, typed: str, device: str | None = None, address: str | None = None
) -> Proof | None:
    """Try a one-time code or a recovery code, counted like a password and good once; None when it does not fit.

    `device` is the token in the browser's device cookie.
    """
    if not looks_like_one(typed):
        fits = check_code(session, user_id=user_id, code=typed, device=device, address=address)
        return Proof() if fits else None
    tried = begin_code(session, user_id=user_id, device=device, address=address)
    unused = session.execute(_UNUSED_CODES, {"user_id": user_id}).all() if tried.may_fit else []
    position = position_of(typed, [code.code_hash for code in unused])
    used = position is not None and session.scalar(_USE_RECOVERY_CODE, {"id": unused[position].id})
    finish_code(session, tried, right=bool(used))
    if not used:
        return None
    left = len(unused) - 1
    record_security_event(session, SecurityEventKind.RECOVERY_CODE_USED, user_id=user_id, address=address, left=left)
    actor = Actor(user_id, tried.username, tried.username, address=address)
    audit(session, actor, "identity:recovery_code:use", "user", user_id, left=left)
    tell(
        session, user_id, title="A recovery code was used", link=ACCOUNT,
        body=f"{left} of {CODES} are left. If it was not you, change your password and tell an administrator.",
    )  # fmt: skip
    return Proof(codes_left=left)


# Reset by administrators


def reset(session: Session, actor: Actor, *, user_id: UUID, reason: str) -> bool:
    """Remove somebody's second factor, for example when their phone is lost. They set up a new one at sign-in.

    For an administrator a second one has to agree: then only a request is made, and the answer is False.
    Raises Conflict when there is none, Invalid without a reason, NotAllowed for one's own.
    """
    require(session, actor, Permission.USERS_WRITE, fresh=True)
    reason = access_requests.checked_reason(reason)
    if user_id == actor.user_id:
        raise NotAllowed("Another administrator has to reset yours. Your own account page can replace it.")
    person = session.execute(_PERSON, {"user_id": user_id}).one_or_none()
    if person is None:
        raise NotFound("There is no such account.")
    if person.totp_confirmed_at is None:
        raise Conflict("This account has no second factor.")
    if session.scalar(_IS_ADMIN, {"user_id": user_id, "admin": Role.ADMIN}):
        access_requests.ask(session, actor, kind=RESET, user_id=user_id, reason=reason)
        return False
    _reset(session, actor, user_id, reason)
    return True


def approve_reset(session: Session, actor: Actor, *, request_id: UUID) -> None:
    """Agree to another administrator's request, and remove the factor. Raises what `access_requests.approve` does."""
    request = access_requests.approve(session, actor, request_id=request_id, kind=RESET)
    _reset(session, actor, request.user_ref, request.reason)


def _reset(session: Session, actor: Actor, user_id: UUID, reason: str) -> None:
    _clear(session, user_id)
    audit(session, actor, "identity:second_factor:reset", "user", user_id, reason=reason)
    record_security_event(
        session, SecurityEventKind.SECOND_FACTOR_RESET, user_id=user_id, address=actor.address, by=actor.username
    )
    tell(
        session, user_id, title="Your second factor was removed by an administrator", link=ACCOUNT,
        body=f"By {actor.full_name}. If you did not ask for it, tell another administrator at once.",
    )  # fmt: skip


# What they share


def _own(actor: Actor) -> UUID:
    """The person's key; `require_self` has made sure that there is one."""
    if actor.user_id is None:
        raise NotAllowed("Only a person has an account of their own.")
    return actor.user_id


def _proved(secret: str, code: str) -> int:
    step = matching_step(secret, code, now())
    if step is None:
        raise Invalid("This code does not fit. Type the six digits that your app shows now.")
    return step


def _store(session: Session, user_id: UUID, secret: str, step: int, *, replace: bool) -> Row[tuple[str, str]] | None:
    sealed = get_keyring().seal(TOTP_FIELD, user_id, secret)
    return session.execute(
        _STORE, {"user_id": user_id, "sealed": sealed, "step": step, "replace": replace}
    ).one_or_none()


def _clear(session: Session, user_id: UUID) -> None:
    """No factor, no codes, no sessions."""
    session.execute(_CLEAR, {"user_id": user_id})
    session.execute(_FORGET_CODES, {"user_id": user_id})
    end_sessions_of(session, user_id)


def _keep_this_session(session: Session, actor: Actor, *, second_factor: bool) -> None:
    session.execute(
        _KEEP_THIS_SESSION,
        {"session_id": actor.session_id, "user_id": actor.user_id, "second_factor": second_factor},
    )


def _replace_codes(session: Session, user_id: UUID, hashes: list[bytes]) -> None:
    session.execute(_FORGET_CODES, {"user_id": user_id})
    session.execute(_ADD_CODE, [{"user_id": user_id, "code_hash": one} for one in hashes])


def _note(session: Session, actor: Actor, deed: str, done: str) -> None:
    """Put a change of one's own factor on record, and tell the person."""
    audit(session, actor, f"identity:second_factor:{deed}", "user", actor.user_id)
    record_security_event(
        session, SecurityEventKind.SECOND_FACTOR_CHANGED, user_id=actor.user_id, address=actor.address, deed=deed
    )
    tell(
        session, _own(actor), title=f"Your second factor {done}", link=ACCOUNT,
        body="If it was not you, change your password and tell an administrator at once.",
    )  # fmt: skip
