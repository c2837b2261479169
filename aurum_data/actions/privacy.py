"""What compliance staff do: register privacy requests and lead them to an answer, and withdraw consents.

Each deed writes a row of the request's own history as well as the audit entry. Reasons and notes are kept with
the request, which is purged in its time, and never copied into the audit log, which is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, refuse_when_frozen, require
from aurum_data.actions.reveals import ContactField, count_reveal
from aurum_data.clock import today
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.contact import (
    masked_email,
    masked_phone,
    normalise_email,
    normalise_name,
    normalise_phone,
)
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission
from aurum_data.rules.privacy import (
    CLOSED_REQUESTS,
    OPEN_REQUESTS,
    RequestSource,
    RequestStatus,
    RequestStep,
    RequestType,
    Standing,
    acknowledge_due,
    answer_due,
    extended_due,
    hard_stop,
    refusal,
    status_after,
)
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

LONGEST_NOTE = 2000
OLDEST_RECEIPT_DAYS = 366
# Stopped while erasures are; the other steps only keep the record and its clocks.
TOWARDS_ERASURE = frozenset({RequestStep.START, RequestStep.RESUME, RequestStep.COMPLETE})
_LOCK = 0x5052  # of request numbers: one registration at a time

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:lock)")
_LAST_NUMBER = text("""
    SELECT coalesce(max(CAST(substring(request_number FROM '[0-9]+$') AS integer)), 0)
    FROM privacy_requests WHERE request_number LIKE :prefix
""")
_SAME_PERSON = text("""
    SELECT request_number FROM privacy_requests
    WHERE status = ANY (:open) AND (phone_hash = ANY (:phones) OR email_hash = ANY (:emails))
    ORDER BY received_on, request_number
""")
_REGISTER = text("""
    INSERT INTO privacy_requests
        (id, request_number, request_type, source, received_on, acknowledge_due, due_on, hard_stop_on, subject_name,
         contact_encrypted, contact_masked, phone_hash, email_hash, other_hashes, submitted_by)
    VALUES
        (:id, :number, :request_type, :source, :received_on, :acknowledge_due, :due_on, :hard_stop_on, :subject_name,
         :contact, :masked, :phone_hash, :email_hash, :other_hashes, :user_id)
""")
_EVENT = text("""
    INSERT INTO privacy_request_events (request_id, event, actor_name, note, details)
    VALUES (:request_id, :event, :actor_name, :note, :details)
""").bindparams(bindparam("details", type_=JSONB))
_REQUEST = text("""
    SELECT id, request_number, request_type, status, received_on, hard_stop_on, acknowledged_on, extended_on,
           identity_verified_at, assigned_to,
           array_remove(ARRAY[phone_hash, email_hash], NULL) || other_hashes AS hashes
    FROM privacy_requests WHERE id = :request_id FOR UPDATE
""")
_MOVE = text("""
    UPDATE privacy_requests
    SET status = :status, updated_at = now(),
        completed_at = CASE WHEN :closed THEN now() ELSE completed_at END,
        denial_reason = coalesce(:denial_reason, denial_reason),
        acknowledged_on = coalesce(:acknowledged_on, acknowledged_on),
        identity_verified_at = CASE WHEN :verified THEN now() ELSE identity_verified_at END,
        identity_verified_by = CASE WHEN :verified THEN CAST(:user_id AS uuid) ELSE identity_verified_by END
    WHERE id = :request_id
""")
_EXTEND = text("""
    UPDATE privacy_requests
    SET extended_on = :today, extension_reason = :reason, due_on = :due_on, hard_stop_on = :hard_stop_on,
        updated_at = now()
    WHERE id = :request_id
""")
_ASSIGN = text("UPDATE privacy_requests SET assigned_to = :user_id, updated_at = now() WHERE id = :request_id")
# Only somebody who may work on requests can be given one.
_HANDLER = text("""
    SELECT u.full_name FROM users u
    WHERE u.id = :user_id AND u.status = 'active' AND EXISTS (
        SELECT FROM user_permissions p
        LEFT JOIN user_roles r ON r.role_id = p.role_id AND r.user_id = u.id
                              AND (r.expires_at IS NULL OR r.expires_at > now())
        WHERE p.resource = 'compliance' AND p.action = 'write' AND (p.expires_at IS NULL OR p.expires_at > now())
          AND (p.user_id = u.id OR r.id IS NOT NULL))
""")
_STILL_GIVEN = text("""
    SELECT count(DISTINCT c.lead_id) FROM lead_consents c
    WHERE c.consent_state = 'given' AND c.lead_id IN (
        SELECT id FROM leads WHERE phone_hash = ANY (:hashes)
        UNION SELECT id FROM leads WHERE email_hash = ANY (:hashes))
""")
_NUMBER = text("SELECT request_number, status FROM privacy_requests WHERE request_number = :number")
_SEALED_CONTACT = text("SELECT contact_encrypted AS sealed FROM privacy_requests WHERE id = :request_id")


@dataclass(frozen=True)
class Registered:
    """A new request, and the numbers of the open requests of the same person (oldest first)."""

    request_id: UUID
    request_number: str
    same_person: list[str]


def register_request(
    session: Session,
    actor: Actor,
    *,
    request_type: RequestType,
    source: RequestSource,
    subject_name: str,
    phone: str,
    email: str,
    received_on: date,
    note: str = "",
) -> Registered:
    """Take a person's request in; its clocks start on the day of receipt. A repeated request is taken in too, and told.

    Raises Invalid for a day that cannot be, contact data that cannot be read, or none at all.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    if received_on > today():
        raise Invalid("The day of receipt lies in the future.")
    if (today() - received_on).days > OLDEST_RECEIPT_DAYS:
        raise Invalid("The day of receipt is more than a year ago. Check the year.")
    contact = _contact(phone, email)
    note = _text(note, "note", needed=False)
    session.execute(_ONE_AT_A_TIME, {"lock": _LOCK})
    request_id, number = uuid7(), _next_number(session, received_on.year)
    same_person = list(session.scalars(_SAME_PERSON, {"open": sorted(OPEN_REQUESTS), **contact.all_hashes()}))
    session.execute(
        _REGISTER,
        {"id": request_id, "number": number, "request_type": request_type, "source": source}
        | {"received_on": received_on, "acknowledge_due": acknowledge_due(received_on)}
        | {"due_on": answer_due(received_on), "hard_stop_on": hard_stop(received_on)}
        | {"subject_name": normalise_name(subject_name) or None, "user_id": actor.user_id}
        | contact.columns(request_id),
    )
    _note_event(session, actor, request_id, "register", note, {"same_person": same_person})
    audit(
        session, actor, "privacy:request:register", "privacy_request", request_id,
        number=number, request_type=request_type, source=source,
    )  # fmt: skip
    return Registered(request_id, number, same_person)


def acknowledge(session: Session, actor: Actor, *, request_id: UUID, note: str = "") -> None:
    """Note that the person was told today that the request has arrived. Raises Conflict, NotFound."""
    _take(session, actor, request_id, RequestStep.ACKNOWLEDGE, note, acknowledged_on=today())


def verify_identity(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Put on record that the person is who they say, and how that was found out. It cannot be taken back."""
    _take(session, actor, request_id, RequestStep.VERIFY_IDENTITY, note, needed="way it was verified", verified=True)


def start(session: Session, actor: Actor, *, request_id: UUID, note: str = "") -> None:
    """Begin work on a request whose identity is verified. For an erasure this approves it, freshly confirmed.

    Raises Conflict, ConfirmationNeeded, NotFound.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    erasure = _locked(session, request_id).request_type == RequestType.ERASURE
    require(session, actor, Permission.COMPLIANCE_WRITE, fresh=erasure)
    _take(session, actor, request_id, RequestStep.START, note)


def place_on_hold(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Stop work, for a reason. The legal clock runs on."""
    _take(session, actor, request_id, RequestStep.HOLD, note, needed="reason")


def resume(session: Session, actor: Actor, *, request_id: UUID, note: str = "") -> None:
    """Go on after a hold: in progress if the identity is verified, else where it stood before."""
    _take(session, actor, request_id, RequestStep.RESUME, note)


def deny(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Refuse the request. The person will read the reason."""
    _take(session, actor, request_id, RequestStep.DENY, note, needed="reason", denial_reason=note.strip())


def cancel(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Close a request that the person took back."""
    _take(session, actor, request_id, RequestStep.CANCEL, note, needed="reason")


def mark_duplicate(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Close a request because another one (`note`: its number, still open) covers it."""
    require(session, actor, Permission.COMPLIANCE_WRITE)
    number = note.strip().upper()
    other, own = session.execute(_NUMBER, {"number": number}).one_or_none(), _locked(session, request_id)
    if other is None or other.request_number == own.request_number or other.status not in OPEN_REQUESTS:
        raise Invalid("Give the number of the other open request, such as PR-2026-00042.")
    _take(session, actor, request_id, RequestStep.MARK_DUPLICATE, number, needed="number")


def complete(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Close a request as done; `note` says what was done. An erasure cannot be closed so.

    Raises Conflict while a lead of the person still has a consent that they asked to withdraw.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    row = _locked(session, request_id)
    if row.request_type == RequestType.CONSENT_WITHDRAWAL:
        left = session.scalar(_STILL_GIVEN, {"hashes": row.hashes})
        if left:
            leads = "One lead of this person still has" if left == 1 else f"{left} leads of this person still have"
            raise Conflict(f"{leads} a consent. Withdraw it first.")
    _take(session, actor, request_id, RequestStep.COMPLETE, note, needed="note of what was done")


def extend_once(session: Session, actor: Actor, *, request_id: UUID, note: str) -> None:
    """Take the one extension of 45 days; the person must be told the reason."""
    require(session, actor, Permission.COMPLIANCE_WRITE)
    row = _locked(session, request_id)
    _take(session, actor, request_id, RequestStep.EXTEND, note, needed="reason")
    session.execute(
        _EXTEND,
        {"request_id": request_id, "today": today(), "reason": note.strip()}
        | {"due_on": extended_due(row.received_on), "hard_stop_on": hard_stop(row.received_on, extended=True)},
    )


def assign(session: Session, actor: Actor, *, request_id: UUID, user_id: UUID | None) -> None:
    """Give an open request to somebody who may work on it, or to nobody. Raises Conflict, Invalid, NotFound."""
    require(session, actor, Permission.COMPLIANCE_WRITE)
    row = _locked(session, request_id)
    if row.status not in OPEN_REQUESTS:
        raise Conflict("This request is closed.")
    name = "nobody" if user_id is None else session.scalar(_HANDLER, {"user_id": user_id})
    if name is None:
        raise Invalid("This person may not work on privacy requests.")
    session.execute(_ASSIGN, {"request_id": request_id, "user_id": user_id})
    _note_event(session, actor, request_id, "assign", f"To {name}", {})
    audit(
        session, actor, "privacy:request:assign", "privacy_request", request_id,
        before=row.assigned_to and str(row.assigned_to), after=user_id and str(user_id),
    )  # fmt: skip


def reveal_contact(session: Session, actor: Actor, *, request_id: UUID, field: ContactField, reason: str) -> str:
    """The phone number (E.164) or email that the person gave, in the clear, to answer them. On the primary.

    Every look is audited with its reason, and limited (actions/reveals.py). Raises Invalid without a reason, NotAllowed
    when the hour's looks are used up, NotFound when there is none.
    """
    require(session, actor, Permission.COMPLIANCE_WRITE)
    require(session, actor, Permission.LEADS_READ_PII)
    sealed = session.scalar(_SEALED_CONTACT, {"request_id": request_id})
    if sealed is None:
        raise NotFound("No contact data are kept with this request.")
    given = get_keyring().open(SealedField.REQUEST_CONTACT, request_id, sealed).split("\n")
    value = next((value for value in given if ("@" in value) == (field == "email")), None)
    if value is None:
        raise NotFound(f"The person gave no {field}.")
    reason = count_reveal(session, actor, reason)
    audit(session, actor, "privacy:request:reveal", "privacy_request", request_id, reason=reason, field=field)
    return value


@dataclass(frozen=True)
class _Contact:
    """Normalised contact data; '' where there is none."""

    phone: str
    email: str

    def columns(self, request_id: UUID) -> dict[str, Any]:
        """The stored forms: sealed, masked, hashed."""
        keyring = get_keyring()
        given = [value for value in (self.phone, self.email) if value]
        masked = [masked_phone(self.phone)] * bool(self.phone) + [masked_email(self.email)] * bool(self.email)
        phones, emails = self.all_hashes().values()
        return {
            "contact": keyring.seal(SealedField.REQUEST_CONTACT, request_id, "\n".join(given)),
            "masked": ", ".join(masked),
            "phone_hash": phones[0] if phones else None,
            "email_hash": emails[0] if emails else None,
            "other_hashes": phones[1:] + emails[1:],
        }

    def all_hashes(self) -> dict[str, list[bytes]]:
        """Hashes under every key version, the one in use first: others may have been hashed under an older one."""
        keyring = get_keyring()
        return {
            "phones": keyring.digests("phone", self.phone) if self.phone else [],
            "emails": keyring.digests("email", self.email) if self.email else [],
        }


def _contact(phone: str, email: str) -> _Contact:
    if not phone.strip() and not email.strip():
        raise Invalid("Give a phone number or an email address: without one the person cannot be found.")
    return _Contact(
        normalise_phone(phone).e164 if phone.strip() else "", normalise_email(email) if email.strip() else ""
    )


def _next_number(session: Session, year: int) -> str:
    """The next number of a year. Only under the lock."""
    last = session.scalar(_LAST_NUMBER, {"prefix": f"PR-{year}-%"}) or 0
    return f"PR-{year}-{last + 1:05d}"


def _take(
    session: Session, actor: Actor, request_id: UUID, step: RequestStep, note: str,
    *, needed: str | None = None, denial_reason: str | None = None, acknowledged_on: date | None = None,
    verified: bool = False,
) -> None:  # fmt: skip
    """Take one step of a request: check, move, and write both records."""
    require(session, actor, Permission.COMPLIANCE_WRITE)
    note = _text(note, needed or "note", needed=needed is not None)
    standing = _standing(_locked(session, request_id))
    if standing.request_type is RequestType.ERASURE and step in TOWARDS_ERASURE:
        refuse_when_frozen(session, Freeze.STOP_ERASURES)
    reason = refusal(step, standing, today())
    if reason is not None:
        raise Conflict(reason)
    after = status_after(step, standing)
    session.execute(
        _MOVE,
        {"request_id": request_id, "status": after, "closed": after in CLOSED_REQUESTS, "user_id": actor.user_id}
        | {"denial_reason": denial_reason, "acknowledged_on": acknowledged_on, "verified": verified},
    )
    states = {"before": standing.status, "after": after}
    _note_event(session, actor, request_id, step, note, states)
    audit(session, actor, f"privacy:request:{step}", "privacy_request", request_id, **states)


def _locked(session: Session, request_id: UUID) -> Row[Any]:
    row = session.execute(_REQUEST, {"request_id": request_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such request.")
    return row


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        request_type=RequestType(row.request_type),
        status=RequestStatus(row.status),
        received_on=row.received_on,
        hard_stop_on=row.hard_stop_on,
        acknowledged=row.acknowledged_on is not None,
        verified=row.identity_verified_at is not None,
        extended=row.extended_on is not None,
    )


def _text(value: str, name: str, *, needed: bool) -> str:
    value = value.strip()
    if needed and not value:
        raise Invalid(f"Give the {name}.")
    if len(value) > LONGEST_NOTE:
        raise Invalid(f"The {name} may have at most {LONGEST_NOTE:,} characters.")
    return value


def _note_event(
    session: Session, actor: Actor, request_id: UUID, event: str, note: str, details: dict[str, Any]
) -> None:
    session.execute(
        _EVENT,
        {"request_id": request_id, "event": event, "actor_name": actor.full_name, "note": note or None}
        | {"details": details},
    )
