"""Privacy vocabularies and the legal clocks of requests.

Clock (facts sheet, section 6.2): acknowledge within 10 business days (CCPA regulations), answer within 30 days,
our safe common rule; the hard stop is 45 days, extendable once by 45 with a reason told to the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ACKNOWLEDGE_BUSINESS_DAYS = 10
ANSWER_DAYS = 30
HARD_STOP_DAYS = 45
EXTENSION_DAYS = 45


class RequestType(StrEnum):
    """What a person asks for."""

    ACCESS = "access"
    ERASURE = "erasure"
    PORTABILITY = "portability"
    CORRECTION = "correction"
    CONSENT_WITHDRAWAL = "consent_withdrawal"


class RequestStatus(StrEnum):
    """State of a privacy request."""

    IDENTITY_UNVERIFIED = "identity_unverified"
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    DENIED = "denied"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


OPEN_REQUESTS = frozenset(
    {
        RequestStatus.IDENTITY_UNVERIFIED,
        RequestStatus.RECEIVED,
        RequestStatus.IN_PROGRESS,
        RequestStatus.ON_HOLD,
    }
)
CLOSED_REQUESTS = frozenset(RequestStatus) - OPEN_REQUESTS
ANSWERED_REQUESTS = frozenset({RequestStatus.COMPLETED, RequestStatus.DENIED})


class RequestSource(StrEnum):
    """How a request reached us."""

    WEB_FORM = "web_form"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    AGENT = "agent"


class ConsentKind(StrEnum):
    """What a consent covers."""

    TCPA_EXPRESS_WRITTEN = "tcpa_express_written"
    EMAIL_MARKETING = "email_marketing"
    SMS_MARKETING = "sms_marketing"
    DATA_SHARING_NAMED_SELLERS = "data_sharing_named_sellers"


class ConsentState(StrEnum):
    """State of a consent; unproven: claimed, without evidence."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNPROVEN = "unproven"


class WithdrawalChannel(StrEnum):
    """How a consent was withdrawn."""

    SMS_STOP = "sms_stop"
    EMAIL_UNSUBSCRIBE = "email_unsubscribe"
    PHONE = "phone"
    WEB_FORM = "web_form"
    POSTAL = "postal"
    THIRD_PARTY = "third_party"


# What a withdrawal takes out of use: a stop of calls or texts the phone number, of mail the address.
CONTACTS_STOPPED: dict[ConsentKind, tuple[str, ...]] = {
    ConsentKind.TCPA_EXPRESS_WRITTEN: ("phone",),
    ConsentKind.SMS_MARKETING: ("phone",),
    ConsentKind.EMAIL_MARKETING: ("email",),
    ConsentKind.DATA_SHARING_NAMED_SELLERS: ("phone", "email"),
}


class RetentionAction(StrEnum):
    """What happens to rows whose retention period is over."""

    ANONYMIZE = "anonymize"
    SOFT_DELETE = "soft_delete"
    HARD_DELETE = "hard_delete"
    DROP_PARTITION = "drop_partition"


# Days, from the specification ("Retention Policies").
RETENTION_PERIODS = {
    "leads": 2555,
    "conversations": 1095,
    "user_sessions": 365,
    "ai_analyses": 1095,
    "revenue_transactions": 2555,
    "platform_performance": 1095,
    "user_activity_logs": 365,
    "error_logs": 90,
}


def acknowledge_due(received: date) -> date:
    """Last day to acknowledge a request: ten business days (Monday to Friday; holidays are not counted out)."""
    day, left = received, ACKNOWLEDGE_BUSINESS_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def answer_due(received: date) -> date:
    """Day by which we promise to answer a request."""
    return received + timedelta(days=ANSWER_DAYS)


def hard_stop(received: date, *, extended: bool = False) -> date:
    """Last lawful day to answer, with or without the one extension."""
    return received + timedelta(days=HARD_STOP_DAYS + (EXTENSION_DAYS if extended else 0))


def extended_due(received: date) -> date:
    """Day by which we promise to answer a request that was extended."""
    return answer_due(received) + timedelta(days=EXTENSION_DAYS)


class RequestStep(StrEnum):
    """Something that staff do with a request."""

    ACKNOWLEDGE = "acknowledge"
    VERIFY_IDENTITY = "verify_identity"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    EXTEND = "extend"
    COMPLETE = "complete"
    DENY = "deny"
    MARK_DUPLICATE = "mark_duplicate"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Move:
    """From which states a step may be taken, and where it leads; None: the state stays."""

    starts: frozenset[RequestStatus]
    ends: RequestStatus | None = None


# A hold stops the work, never the legal clock. Who verified an identity during a hold resumes in progress.
MOVES: dict[RequestStep, Move] = {
    RequestStep.ACKNOWLEDGE: Move(OPEN_REQUESTS),
    RequestStep.VERIFY_IDENTITY: Move(
        frozenset({RequestStatus.IDENTITY_UNVERIFIED, RequestStatus.ON_HOLD}), RequestStatus.RECEIVED
    ),
    RequestStep.START: Move(frozenset({RequestStatus.RECEIVED}), RequestStatus.IN_PROGRESS),
    RequestStep.HOLD: Move(OPEN_REQUESTS - {RequestStatus.ON_HOLD}, RequestStatus.ON_HOLD),
    RequestStep.RESUME: Move(frozenset({RequestStatus.ON_HOLD}), RequestStatus.IN_PROGRESS),
    RequestStep.EXTEND: Move(OPEN_REQUESTS),
    RequestStep.COMPLETE: Move(frozenset({RequestStatus.IN_PROGRESS}), RequestStatus.COMPLETED),
    RequestStep.DENY: Move(OPEN_REQUESTS, RequestStatus.DENIED),
    RequestStep.MARK_DUPLICATE: Move(OPEN_REQUESTS, RequestStatus.DUPLICATE),
    RequestStep.CANCEL: Move(OPEN_REQUESTS, RequestStatus.CANCELLED),
}
# These are done by staff and then marked so. An erasure is done by carrying it out in the database.
COMPLETED_BY_HAND = frozenset(RequestType) - {RequestType.ERASURE}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands: what decides which steps are open to it."""

    request_type: RequestType
    status: RequestStatus
    received_on: date
    hard_stop_on: date
    acknowledged: bool
    verified: bool
    extended: bool


def refusal(step: RequestStep, standing: Standing, today: date) -> str | None:
    """Why a step may not be taken today, in one sentence; None: it may."""
    if standing.status not in MOVES[step].starts:
        return f"This step is not possible while the request is {standing.status.replace('_', ' ')}."
    by_hand = standing.request_type in COMPLETED_BY_HAND
    reasons = {
        RequestStep.ACKNOWLEDGE: standing.acknowledged and "The request was acknowledged already.",
        RequestStep.VERIFY_IDENTITY: standing.verified and "The identity was verified already.",
        RequestStep.EXTEND: (standing.extended and "The request was extended already, and the law allows it once.")
        or (today > standing.hard_stop_on and "The time to tell the person of an extension is over."),
        RequestStep.COMPLETE: not by_hand
        and "An erasure is completed by carrying it out, not by hand: it stays in progress until then.",
    }
    return reasons.get(step) or None


def open_steps(standing: Standing, today: date) -> list[RequestStep]:
    """The steps that may be taken today, in the order of `RequestStep`."""
    return [step for step in RequestStep if refusal(step, standing, today) is None]


def status_after(step: RequestStep, standing: Standing) -> RequestStatus:
    """The state that a step leads to."""
    if step is RequestStep.VERIFY_IDENTITY and standing.status is RequestStatus.ON_HOLD:
        return RequestStatus.ON_HOLD
    if step is RequestStep.RESUME and not standing.verified:
        return RequestStatus.IDENTITY_UNVERIFIED
    return MOVES[step].ends or standing.status
