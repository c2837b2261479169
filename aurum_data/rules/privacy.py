"""Privacy vocabularies and the legal clocks of requests.

Clock (facts sheet, section 6.2): acknowledge within 10 business days (CCPA regulations), answer within 30 days,
our safe common rule; the hard stop is 45 days, extendable once by 45 with a reason told to the person.
"""

from __future__ import annotations

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
