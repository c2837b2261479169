"""Buyers and deliveries: the states of a platform, of an export, and the reasons buyers give."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from enum import StrEnum


class PlatformStatus(StrEnum):
    """Whether leads are delivered to a platform."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class PlatformHealth(StrEnum):
    """Verdict of the last health checks; unknown is not healthy."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


class DeliveryMethod(StrEnum):
    """How a lead reaches the platform."""

    API_POST = "api_post"
    PING_POST = "ping_post"
    EMAIL = "email"
    CSV_BATCH = "csv_batch"


class ExportStatus(StrEnum):
    """State of one delivery of one lead to one platform."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    FAILED_RETRYABLE = "failed_retryable"
    FAILED_PERMANENT = "failed_permanent"
    TIMED_OUT = "timed_out"
    RETURNED = "returned"
    CANCELLED = "cancelled"


ANSWERED = frozenset({ExportStatus.ACCEPTED, ExportStatus.REJECTED, ExportStatus.RETURNED})
FAILED = frozenset({ExportStatus.FAILED_RETRYABLE, ExportStatus.FAILED_PERMANENT, ExportStatus.TIMED_OUT})


class MappingStatus(StrEnum):
    """State of a lead at a platform that took it."""

    ACCEPTED = "accepted"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    RETURN_REFUSED = "return_refused"


class RejectionReason(StrEnum):
    """Why a platform refused a lead when it was delivered."""

    DUPLICATE = "duplicate"
    CAP_REACHED = "cap_reached"
    OUTSIDE_TERRITORY = "outside_territory"
    WRONG_UTILITY = "wrong_utility"
    BELOW_BILL_MINIMUM = "below_bill_minimum"
    NOT_HOMEOWNER = "not_homeowner"
    BAD_ROOF_OR_SHADE = "bad_roof_or_shade"
    PRICE_TOO_LOW = "price_too_low"
    MISSING_FIELD = "missing_field"
    NO_CONSENT_PROOF = "no_consent_proof"
    DNC = "dnc"
    BUYER_ERROR = "buyer_error"


class ReturnReason(StrEnum):
    """Why a platform handed a lead back inside its return window."""

    PHONE_DISCONNECTED = "phone_disconnected"
    WRONG_NUMBER = "wrong_number"
    WRONG_PERSON = "wrong_person"
    DENIES_REQUEST = "denies_request"
    NOT_HOMEOWNER = "not_homeowner"
    OUTSIDE_TERRITORY = "outside_territory"
    WRONG_UTILITY = "wrong_utility"
    ALREADY_SOLAR = "already_solar"
    BILL_TOO_LOW = "bill_too_low"
    BAD_ADDRESS = "bad_address"
    DUPLICATE = "duplicate"


def returns_allowed(accepted: int, share: Decimal) -> int:
    """How many of the leads that a platform accepted in a month it may hand back, at a share of them, rounded up.

    Rounded up, so that the first return of a month is not refused because the month has just begun.
    """
    return int((accepted * share).to_integral_value(ROUND_CEILING))
