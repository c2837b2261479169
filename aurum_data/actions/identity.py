"""Signing in and out: passwords and codes tried, tickets issued and redeemed, sessions ended.

The steps of a sign-in, each in a transaction of its own:

1. `begin_password_attempt` counts the try before anything is compared, so that parallel guesses cannot outrun
   the limit, and gives what to compare with. The caller verifies outside the transaction, for that is slow, and
   always, for a name that nobody has must take as long as one that somebody has.
2. `finish_password_attempt` records how it ended.
3. `check_code`, for people with a second factor.
4. `issue_ticket` for the browser that typed all this; `redeem_ticket` when it comes for its cookie.

Who is limited by what, and why nobody can be held out for good:

- Wrong tries from browsers that the person never signed in with count on the account, until a whole sign-in succeeds.
  From the fifth on it pauses, longer each time, at most a quarter of an hour; tries during a pause do not lengthen it.
- A browser that finished a sign-in of this person before (security/devices.py) is counted on a row of its own, by the
  same measure, and by nothing else. So the pause of an account, and the two limits below, are a stranger's.
- Wrong tries from one network address, and from all of them, are limited within a while (`ADDRESS_TRIES`, `ALL_TRIES`).
  A right password gives its count back, so an office behind one address does not use it up.
- Somebody in a new browser, while a stranger uses these limits up, asks for a mailed link ("Forgotten password?"):
  following it ends the account's pause and makes the browser one of the person's (actions/links.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit
from aurum_data.actions.security_events import record_security_event
from aurum_data.clock import now
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.security.devices import remember_device, renew_device
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.limits import Limit, give_back, network_of, take
from aurum_data.security.passwords import hash_password, needs_rehash
from aurum_data.security.rights import needs_second_factor
from aurum_data.security.sessions import Method, end_session, open_session
from aurum_data.security.tokens import digest, new_token
from aurum_data.security.totp import matching_step

FREE_TRIES = 4
LONGEST_PAUSE_SECONDS = 900
ADDRESS_TRIES = Limit("sign_in_address", 50, 900)
ALL_TRIES = Limit("sign_in_all", 1000, 900)
TICKET_SECONDS = 60
TOTP_FIELD = SealedField.USER_TOTP_SECRET

Outcome = Literal["right", "wrong", "needs_code", "needs_second_factor"]
Failure = Literal["wrong_password", "unknown_user", "wrong_code", "blocked"]

# One row for every name, so that one that nobody has is looked for like any other.
_FIND = text("""
    SELECT u.id, u.status = 'active' AS is_active, u.password_hash,
           u.totp_confirmed_at IS NOT NULL AS has_second_factor, d.id AS device_id
    FROM (VALUES (CAST(:username AS text))) AS typed (username)
    LEFT JOIN users u ON u.username = typed.username
    LEFT JOIN user_devices d ON d.user_ref = u.id AND d.device_hash = :device_hash
""")
_DEVICE = text("SELECT id FROM user_devices WHERE user_ref = :user_id AND device_hash = :device_hash")
# One statement: of many parallel tries only those before the pause get through.
_COUNT_TRY = """
    SET failed_attempts = failed_attempts + 1,
        blocked_until = CASE WHEN failed_attempts + 1 > :free_tries THEN now() + make_interval(secs =>
            least(:longest, power(2, least(failed_attempts + 1 - :free_tries, 20)))) END
    WHERE id = :id AND (blocked_until IS NULL OR blocked_until <= now())
    RETURNING blocked_until IS NOT NULL AS pauses
"""
_COUNT_ON_ACCOUNT = text("UPDATE users" + _COUNT_TRY)
_COUNT_ON_DEVICE = text("UPDATE user_devices" + _COUNT_TRY)
_LIMITS = {"free_tries": FREE_TRIES, "longest": LONGEST_PAUSE_SECONDS}
# It was right: that try does not count, the earlier ones still do.
_UNCOUNT = " SET failed_attempts = greatest(failed_attempts - 1, 0), blocked_until = NULL WHERE id = :id"
_UNCOUNT_ON_ACCOUNT = text("UPDATE users" + _UNCOUNT)
_UNCOUNT_ON_DEVICE = text("UPDATE user_devices" + _UNCOUNT)
_REHASH = text("UPDATE users SET password_hash = :rehashed WHERE id = :user_id AND password_hash = :old")
_CODE_HOLDER = text("SELECT username, totp_secret_encrypted AS secret FROM users WHERE id = :user_id")
_USE_CODE = text("""
    UPDATE users SET totp_last_step = :step
    WHERE id = :user_id AND (totp_last_step IS NULL OR totp_last_step < :step)
    RETURNING id
""")
_RECORD = text("""
    INSERT INTO sign_in_attempts (username, user_ref, address, outcome)
    VALUES (left(:username, 80), :user_id, CAST(:address AS inet), :outcome)
""")
_TICKET = text("""
    INSERT INTO sign_in_tickets (ticket_hash, nonce_hash, user_ref, second_factor, method, expires_at)
    VALUES (:ticket_hash, :nonce_hash, :user_id, :second_factor, :method, now() + make_interval(secs => :seconds))
""")
_FORGET_TICKETS = text("DELETE FROM sign_in_tickets WHERE expires_at < now()")
_REDEEM = text("""
    DELETE FROM sign_in_tickets WHERE ticket_hash = :ticket_hash
    RETURNING user_ref, second_factor, method, nonce_hash = :nonce_hash AS is_theirs, expires_at > now() AS is_fresh
""")
_SIGNED_IN = text("""
    UPDATE users SET failed_attempts = 0, blocked_until = NULL, last_sign_in_at = now()
    WHERE id = :user_id AND status = 'active' RETURNING username, full_name
""")
_PERSON = text("SELECT username, full_name FROM users WHERE id = :user_id")


@dataclass(frozen=True)
class Attempt:
    """A try that was counted, and what the password must fit (None: it cannot be right).

    `failure` is why it cannot; `pauses`: the next one will be refused for a while, should this one be wrong.
    """

    username: str
    address: str | None
    user_id: UUID | None = None
    device_id: UUID | None = None
    password_hash: str | None = None
    has_second_factor: bool = False
    pauses: bool = False
    failure: Failure = "wrong_password"


class SignedIn(NamedTuple):
    """The tokens for the two cookies of a browser that finished a sign-in."""

    session: str
    device: str


def begin_password_attempt(
    session: Session, *, username: str, device: str | None = None, address: str | None = None
) -> Attempt:
    """Count a try for a user name and give what its password must fit.

    `device` is the token in the browser's device cookie.
    """
    found = session.execute(_FIND, {"username": username, "device_hash": device and digest(device)}).one()
    user_id, device_id = found.id, found.device_id
    if device_id is None and not _within_limits(session, address):
        return Attempt(username, address, user_id, failure="blocked")
    if user_id is None:
        return Attempt(username, address, failure="unknown_user")
    pauses = _count(session, user_id, device_id) if found.is_active else None
    if pauses is None:
        return Attempt(username, address, user_id, device_id, failure="blocked")
    stored, second_factor = found.password_hash, found.has_second_factor
    return Attempt(username, address, user_id, device_id, stored, second_factor, pauses)


def finish_password_attempt(session: Session, attempt: Attempt, *, matches: bool, password: str) -> Outcome:
    """Record how a try ended. `matches` is the answer of `verify_password` on the attempt's hash."""
    user_id, stored = attempt.user_id, attempt.password_hash
    if user_id is None or stored is None or not matches:
        _record(session, attempt.username, user_id, attempt.address, attempt.failure)
        _report(session, user_id, attempt.address, attempt.failure, pauses=attempt.pauses)
        return "wrong"
    _uncount(session, user_id, attempt.device_id)
    if attempt.device_id is None:
        for limit, subject in _limits_of(attempt.address):
            give_back(session, limit, subject)
    if needs_rehash(stored):
        session.execute(_REHASH, {"user_id": user_id, "old": stored, "rehashed": hash_password(password)})
    if attempt.has_second_factor:
        return "needs_code"
    if needs_second_factor(session, user_id):
        return "needs_second_factor"
    return "right"


def check_code(
    session: Session, *, user_id: UUID, code: str, device: str | None = None, address: str | None = None
) -> bool:
    """Try a one-time code: counted like a password, and good once."""
    tried = begin_code(session, user_id=user_id, device=device, address=address)
    step = None
    if tried.may_fit and tried.secret is not None:
        step = matching_step(get_keyring().open(TOTP_FIELD, user_id, tried.secret), code, now())
    right = step is not None and bool(session.scalar(_USE_CODE, {"user_id": user_id, "step": step}))
    finish_code(session, tried, right=right)
    return right


@dataclass(frozen=True)
class CodeTry:
    """The try of a code that was counted. `pauses` as in `Attempt`; None: made during a pause, when nothing fits."""

    user_id: UUID
    username: str
    secret: bytes | None
    device_id: UUID | None
    address: str | None
    pauses: bool | None

    @property
    def may_fit(self) -> bool:
        """Whether the code is looked at at all."""
        return self.pauses is not None


def begin_code(session: Session, *, user_id: UUID, device: str | None, address: str | None) -> CodeTry:
    """Count the try of a one-time code or a recovery code before it is compared."""
    holder = session.execute(_CODE_HOLDER, {"user_id": user_id}).one()
    device_id = session.scalar(_DEVICE, {"user_id": user_id, "device_hash": digest(device)}) if device else None
    pauses = _count(session, user_id, device_id)
    return CodeTry(user_id, holder.username, holder.secret, device_id, address, pauses)


def finish_code(session: Session, tried: CodeTry, *, right: bool) -> None:
    """A right code does not count; a wrong one is recorded."""
    if right:
        _uncount(session, tried.user_id, tried.device_id)
        return
    failure: Failure = "wrong_code" if tried.may_fit else "blocked"
    _record(session, tried.username, tried.user_id, tried.address, failure)
    _report(session, tried.user_id, tried.address, failure, pauses=bool(tried.pauses))


def _limits_of(address: str | None) -> list[tuple[Limit, str]]:
    """What a try from a browser that is not known counts on, beside the account."""
    return [*([(ADDRESS_TRIES, network_of(address))] if address else []), (ALL_TRIES, "all")]


def _within_limits(session: Session, address: str | None) -> bool:
    for limit, subject in _limits_of(address):
        taken = take(session, limit, subject)
        if taken.first_refused:
            guessing = SecurityEventKind.SIGN_IN_GUESSING
            record_security_event(session, guessing, address=address, limit=limit.name, tries=limit.times)
        if not taken.allowed:
            return False
    return True


def _count(session: Session, user_id: UUID, device_id: UUID | None) -> bool | None:
    """Count a try, on the browser if it is known; whether a pause begins with it, or None during a pause."""
    count = _COUNT_ON_DEVICE if device_id else _COUNT_ON_ACCOUNT
    row = session.execute(count, {"id": device_id or user_id, **_LIMITS}).one_or_none()
    return None if row is None else bool(row.pauses)


def _uncount(session: Session, user_id: UUID, device_id: UUID | None) -> None:
    session.execute(_UNCOUNT_ON_DEVICE if device_id else _UNCOUNT_ON_ACCOUNT, {"id": device_id or user_id})


def _record(session: Session, username: str, user_id: UUID | None, address: str | None, outcome: str) -> None:
    session.execute(_RECORD, {"username": username, "user_id": user_id, "address": address, "outcome": outcome})


def _report(session: Session, user_id: UUID | None, address: str | None, failure: Failure, *, pauses: bool) -> None:
    """Security events of a failed try; none for those that a limit had stopped already."""
    if failure == "blocked":
        return
    kind = SecurityEventKind
    record_security_event(session, kind.SIGN_IN_FAILED, user_id=user_id, address=address, failure=failure)
    if pauses:
        record_security_event(session, kind.SIGN_IN_GUESSING, user_id=user_id, address=address, limit="account")


def issue_ticket(
    session: Session, *, user_id: UUID, second_factor: bool, nonce: str, method: Method = "password"
) -> str:
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
            "method": method,
            "seconds": TICKET_SECONDS,
        },
    )
    return ticket


def redeem_ticket(
    session: Session, *, ticket: str, nonce: str, device: str | None, address: str | None, user_agent: str | None
) -> SignedIn | None:
    """Change a ticket into a session, in a browser that is known from then on. Another browser only spends it.

    `device` is the token in the browser's device cookie, if it has one. None: there is no session.
    """
    row = session.execute(_REDEEM, {"ticket_hash": digest(ticket), "nonce_hash": digest(nonce)}).one_or_none()
    if row is None or not row.is_fresh:
        return None
    user_id = row.user_ref
    if not row.is_theirs:
        record_security_event(session, SecurityEventKind.TICKET_MISUSED, user_id=user_id, address=address)
        return None
    person = session.execute(_SIGNED_IN, {"user_id": user_id}).one_or_none()
    if person is None:
        return None
    known_as = renew_device(session, device)
    browser = remember_device(session, user_id=user_id, token=known_as, address=address, user_agent=user_agent)
    if browser.is_new:
        record_security_event(session, SecurityEventKind.NEW_DEVICE, user_id=user_id, address=address)
    token = open_session(
        session,
        user_id=user_id,
        second_factor=row.second_factor,
        address=address,
        user_agent=user_agent,
        device_id=browser.id,
        method=row.method,
    )
    _record(session, person.username, user_id, address, "success")
    actor = Actor(user_id, person.username, person.full_name, address=address)
    audit(session, actor, "identity:session:open", "user", user_id, second_factor=row.second_factor,
          method=row.method)  # fmt: skip
    return None if token is None else SignedIn(token, known_as)


def sign_out(session: Session, *, token: str, address: str | None) -> None:
    """End the session of a token, at once and in every tab. An ended or unknown one: nothing happens."""
    user_id = end_session(session, token, "signed out")
    if user_id is None:
        return
    person = session.execute(_PERSON, {"user_id": user_id}).one()
    actor = Actor(user_id, person.username, person.full_name, address=address)
    audit(session, actor, "identity:session:end", "user", user_id)
