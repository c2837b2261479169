"""Signing in and out: passwords and codes tried, tickets issued and redeemed, sessions ended.

The steps of a sign-in, each in a transaction of its own:

1. `begin_password_attempt` counts the try before anything is compared, so that parallel guesses cannot outrun
   the limit, and gives what to compare with. The caller verifies outside the transaction, for that is slow.
2. `finish_password_attempt` records how it ended.
3. `check_code`, for people with a second factor.
4. `issue_ticket` for the browser that typed all this; `redeem_ticket` when it comes for its cookie.

Tries count until a whole sign-in succeeds. From the fifth on the account pauses, longer each time, at most
a quarter of an hour; tries during a pause do not lengthen it, so nobody can lock another person out for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit
from aurum_data.clock import now
from aurum_data.rules.identity import SECOND_FACTOR_ROLES
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.passwords import hash_password, needs_rehash
from aurum_data.security.sessions import end_session, open_session
from aurum_data.security.tokens import digest, new_token
from aurum_data.security.totp import matching_step

FREE_TRIES = 4
LONGEST_PAUSE_SECONDS = 900
TICKET_SECONDS = 60
TOTP_FIELD = SealedField.USER_TOTP_SECRET

Outcome = Literal["right", "wrong", "needs_code", "needs_second_factor"]

# One statement: of many parallel tries only those before the pause get through.
_COUNT_TRY = """
    UPDATE users
    SET failed_attempts = failed_attempts + 1,
        blocked_until = CASE WHEN failed_attempts + 1 > :free_tries THEN now() + make_interval(secs =>
            least(:longest, power(2, least(failed_attempts + 1 - :free_tries, 20)))) END
    WHERE status = 'active' AND (blocked_until IS NULL OR blocked_until <= now())
"""
_TRY_PASSWORD = text(
    _COUNT_TRY
    + " AND username = :username"
    + " RETURNING id, password_hash, totp_confirmed_at IS NOT NULL AS has_second_factor"
)
_TRY_CODE = text(_COUNT_TRY + " AND id = :user_id RETURNING id, username, totp_secret_encrypted AS secret")
_LIMITS = {"free_tries": FREE_TRIES, "longest": LONGEST_PAUSE_SECONDS}
_EXISTS = text("SELECT id FROM users WHERE username = :username")
_NEEDS_SECOND_FACTOR = text("""
    SELECT EXISTS (SELECT FROM user_roles g JOIN roles r ON r.id = g.role_id
                   WHERE g.user_id = :user_id AND r.role_name = ANY (:roles)
                     AND (g.expires_at IS NULL OR g.expires_at > now()))
""")
# The password was right: that try does not count, the earlier ones still do.
_UNCOUNT = text("""
    UPDATE users SET failed_attempts = greatest(failed_attempts - 1, 0), blocked_until = NULL,
                     password_hash = coalesce(:rehashed, password_hash)
    WHERE id = :user_id
""")
_USE_CODE = text("""
    UPDATE users SET totp_last_step = :step, failed_attempts = greatest(failed_attempts - 1, 0),
                     blocked_until = NULL
    WHERE id = :user_id AND (totp_last_step IS NULL OR totp_last_step < :step)
    RETURNING id
""")
_RECORD = text("""
    INSERT INTO sign_in_attempts (username, user_ref, address, outcome)
    VALUES (left(:username, 80), :user_id, CAST(:address AS inet), :outcome)
""")
_TICKET = text("""
    INSERT INTO sign_in_tickets (ticket_hash, nonce_hash, user_ref, second_factor, expires_at)
    VALUES (:ticket_hash, :nonce_hash, :user_id, :second_factor, now() + make_interval(secs => :seconds))
""")
_FORGET_TICKETS = text("DELETE FROM sign_in_tickets WHERE expires_at < now()")
_REDEEM = text("""
    DELETE FROM sign_in_tickets WHERE ticket_hash = :ticket_hash
    RETURNING user_ref, second_factor, nonce_hash = :nonce_hash AND expires_at > now() AS is_good
""")
_SIGNED_IN = text("""
    UPDATE users SET failed_attempts = 0, blocked_until = NULL, last_sign_in_at = now()
    WHERE id = :user_id RETURNING username, full_name
""")
_PERSON = text("SELECT username, full_name FROM users WHERE id = :user_id")


@dataclass(frozen=True)
class Attempt:
    """A try that was counted, and what the password must fit. No account, or one that pauses: all None."""

    username: str
    user_id: UUID | None = None
    password_hash: str | None = None
    has_second_factor: bool = False


def begin_password_attempt(session: Session, *, username: str) -> Attempt:
    """Count a try for a user name and give what its password must fit."""
    row = session.execute(_TRY_PASSWORD, {"username": username, **_LIMITS}).one_or_none()
    if row is None:
        return Attempt(username)
    return Attempt(username, row.id, row.password_hash, row.has_second_factor)


def finish_password_attempt(
    session: Session, attempt: Attempt, *, matches: bool, password: str, address: str | None
) -> Outcome:
    """Record how a try ended. `matches` is the answer of `verify_password` on the attempt's hash."""
    if attempt.user_id is None or attempt.password_hash is None or not matches:
        _record(session, attempt.username, attempt.user_id, address, _failure(session, attempt))
        return "wrong"
    rehashed = hash_password(password) if needs_rehash(attempt.password_hash) else None
    session.execute(_UNCOUNT, {"user_id": attempt.user_id, "rehashed": rehashed})
    if attempt.has_second_factor:
        return "needs_code"
    roles = sorted(SECOND_FACTOR_ROLES)
    if session.scalar(_NEEDS_SECOND_FACTOR, {"user_id": attempt.user_id, "roles": roles}):
        return "needs_second_factor"
    return "right"


def _failure(session: Session, attempt: Attempt) -> str:
    if attempt.user_id is not None:
        return "wrong_password"
    known = session.scalar(_EXISTS, {"username": attempt.username})
    return "blocked" if known else "unknown_user"


def check_code(session: Session, *, user_id: UUID, code: str, address: str | None) -> bool:
    """Try a one-time code: counted like a password, and good once."""
    row = session.execute(_TRY_CODE, {"user_id": user_id, **_LIMITS}).one_or_none()
    step = None
    if row is not None and row.secret is not None:
        step = matching_step(get_keyring().open(TOTP_FIELD, user_id, row.secret), code, now())
    if step is not None and session.scalar(_USE_CODE, {"user_id": user_id, "step": step}):
        return True
    username = row.username if row is not None else str(user_id)
    _record(session, username, user_id, address, "wrong_code" if row is not None else "blocked")
    return False


def _record(session: Session, username: str, user_id: UUID | None, address: str | None, outcome: str) -> None:
    session.execute(_RECORD, {"username": username, "user_id": user_id, "address": address, "outcome": outcome})


def issue_ticket(session: Session, *, user_id: UUID, second_factor: bool, nonce: str) -> str:
    """A ticket that this browser (the one with the nonce) may change into a session within a minute, once."""
    session.execute(_FORGET_TICKETS)
    ticket = new_token()
    session.execute(
        _TICKET,
        {
            "ticket_hash": digest(ticket),
            "nonce_hash": digest(nonce),
            "user_id": user_id,
            "second_factor": second_factor,
            "seconds": TICKET_SECONDS,
        },
    )
    return ticket


def redeem_ticket(
    session: Session, *, ticket: str, nonce: str, address: str | None, user_agent: str | None
) -> str | None:
    """Change a ticket into a session; its token, or None. Another browser only spends it."""
    row = session.execute(_REDEEM, {"ticket_hash": digest(ticket), "nonce_hash": digest(nonce)}).one_or_none()
    if row is None or not row.is_good:
        return None
    token = open_session(
        session,
        user_id=row.user_ref,
        second_factor=row.second_factor,
        address=address,
        user_agent=user_agent,
    )
    if token is None:
        return None
    person = session.execute(_SIGNED_IN, {"user_id": row.user_ref}).one()
    _record(session, person.username, row.user_ref, address, "success")
    actor = Actor(row.user_ref, person.username, person.full_name, address=address)
    audit(session, actor, "identity:session:open", "user", row.user_ref, second_factor=row.second_factor)
    return token


def sign_out(session: Session, *, token: str, address: str | None) -> None:
    """End the session of a token, at once and in every tab. An ended or unknown one: nothing happens."""
    user_id = end_session(session, token, "signed out")
    if user_id is None:
        return
    person = session.execute(_PERSON, {"user_id": user_id}).one()
    actor = Actor(user_id, person.username, person.full_name, address=address)
    audit(session, actor, "identity:session:end", "user", user_id)
