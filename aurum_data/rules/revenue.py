"""Money: kinds of ledger entries, payments, statements and reporting periods."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class TransactionType(StrEnum):
    """Kind of a ledger entry. Sales are positive, returns negative, adjustments either."""

    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"


class StatementStatus(StrEnum):
    """State of a monthly statement sent to a platform."""

    DRAFT = "draft"
    SENT = "sent"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    DISPUTED = "disputed"


class PaymentMethod(StrEnum):
    """How a platform paid."""

    ACH = "ach"
    WIRE = "wire"
    CARD = "card"
    CHECK = "check"


class DisputeStatus(StrEnum):
    """State of a dispute about a statement."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class PeriodType(StrEnum):
    """Length of a reporting period; weeks begin on Monday, all in New York days."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def commission(price_usd: Decimal, rate: Decimal) -> Decimal:
    """What Aurum keeps of a price, to the cent; half a cent goes away from zero, as PostgreSQL rounds."""
    return (price_usd * rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
