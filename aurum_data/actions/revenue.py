"""What a person may do about money: record a payment that a platform made for a statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.clock import today
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.rules.identity import Permission
from aurum_data.rules.revenue import PaymentMethod, StatementStatus
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

LONGEST_REFERENCE = 80
LARGEST_USD = Decimal("9999999999.99")  # what numeric(12,2) holds

# The lock makes clicks on one statement take turns: the second sees what the first did.
_STATEMENT = text("""
    SELECT s.id, s.platform_id, s.statement_number, s.status, s.period_start, s.total_usd, s.paid_usd,
           EXISTS (SELECT FROM b2b_disputes d WHERE d.statement_id = s.id AND d.status = 'open') AS disputed
    FROM b2b_statements s WHERE s.id = :id FOR UPDATE
""")
_RECORDED = text("SELECT id, statement_id, amount_usd FROM b2b_payments WHERE idempotency_key = :key")
_INSERT = text("""
    INSERT INTO b2b_payments (id, platform_id, statement_id, amount_usd, method, reference_encrypted,
                              reference_masked, received_on, recorded_by, idempotency_key)
    VALUES (:id, :platform_id, :statement_id, :amount_usd, :method, :sealed, :masked, :received_on, :user_id,
            :key)
""")
_SETTLE = text("""
    UPDATE b2b_statements SET paid_usd = :paid_usd, status = :status, updated_at = now() WHERE id = :id
""")


@dataclass(frozen=True)
class RecordedPayment:
    """A payment as it stands in the books, and what it left of its statement."""

    payment_id: UUID
    statement_number: str
    amount_usd: Decimal
    balance_usd: Decimal
    status: StatementStatus
    already_recorded: bool = False


def record_payment(
    session: Session,
    actor: Actor,
    *,
    statement_id: UUID,
    amount_usd: Decimal,
    method: PaymentMethod,
    reference: str | None,
    received_on: date,
    idempotency_key: str,
) -> RecordedPayment:
    """Record money received for a statement and settle the statement by it.

    A second call with the same key changes nothing and returns the payment with `already_recorded`. The
    reference (a check or wire number) is stored encrypted, its last four characters readable.

    Raises Invalid for an amount that is not positive, has parts of a cent or exceeds the balance, for a date
    to come or before the statement's period; Conflict for a draft or settled statement and for a key used for
    another payment; NotFound.
    """
    require(session, actor, Permission.REVENUE_WRITE)
    _check(amount_usd, received_on, reference)
    statement = session.execute(_STATEMENT, {"id": statement_id}).one_or_none()
    if statement is None or not actor.reaches(platform_id=statement.platform_id):
        raise NotFound("This statement does not exist any more.")
    balance = statement.total_usd - statement.paid_usd
    if (earlier := session.execute(_RECORDED, {"key": idempotency_key}).one_or_none()) is not None:
        if (earlier.statement_id, earlier.amount_usd) != (statement_id, amount_usd):
            raise Conflict("This form has already recorded another payment. Open it anew.")
        status = StatementStatus(statement.status)
        return RecordedPayment(
            earlier.id, statement.statement_number, amount_usd, balance, status, already_recorded=True
        )
    _check_against(statement, balance, amount_usd, received_on)
    left = balance - amount_usd
    status = _status(left, disputed=statement.disputed)
    payment_id = uuid7()
    session.execute(
        _INSERT,
        {
            "id": payment_id,
            "platform_id": statement.platform_id,
            "statement_id": statement_id,
            "amount_usd": amount_usd,
            "method": method,
            "received_on": received_on,
            "user_id": actor.user_id,
            "key": idempotency_key,
            **_sealed(payment_id, reference),
        },
    )
    session.execute(_SETTLE, {"id": statement_id, "paid_usd": statement.paid_usd + amount_usd, "status": status})
    audit(
        session,
        actor,
        "revenue:payment:record",
        "b2b_statement",
        statement_id,
        payment_id=str(payment_id),
        amount_usd=str(amount_usd),
        method=method,
        received_on=received_on.isoformat(),
        balance_usd=str(left),
    )
    return RecordedPayment(payment_id, statement.statement_number, amount_usd, left, status)


def _check_against(statement: Row[Any], balance: Decimal, amount_usd: Decimal, received_on: date) -> None:
    """What the statement says against the payment, as `record_payment` raises it."""
    if statement.status == StatementStatus.DRAFT:
        raise Conflict(f"Statement {statement.statement_number} has not been sent yet.")
    if balance <= 0:
        raise Conflict(f"Statement {statement.statement_number} is already settled: nothing is owed on it.")
    if amount_usd > balance:
        raise Invalid(f"${amount_usd:,.2f} is more than the ${balance:,.2f} that is still owed.")
    if received_on < statement.period_start:
        raise Invalid("The payment cannot have been received before the statement's period began.")


def _check(amount_usd: Decimal, received_on: date, reference: str | None) -> None:
    if not amount_usd.is_finite() or amount_usd <= 0:
        raise Invalid("The amount has to be more than $0.00.")
    if amount_usd > LARGEST_USD or amount_usd != round(amount_usd, 2):
        raise Invalid("The amount has to be in dollars and whole cents.")
    if received_on > today():
        raise Invalid("The date received lies in the future.")
    if reference and len(reference.strip()) > LONGEST_REFERENCE:
        raise Invalid(f"The reference may have at most {LONGEST_REFERENCE} characters.")


def _status(left: Decimal, *, disputed: bool) -> StatementStatus:
    """Of a statement with this much left to pay."""
    if left == 0:
        return StatementStatus.PAID
    return StatementStatus.DISPUTED if disputed else StatementStatus.PARTLY_PAID


def _sealed(payment_id: UUID, reference: str | None) -> dict[str, bytes | str | None]:
    """The reference as it is stored: encrypted, and masked to its last four characters if long enough."""
    plain = (reference or "").strip()
    if not plain:
        return {"sealed": None, "masked": None}
    masked = f"ends in {plain[-4:]}" if len(plain) >= 8 else "hidden"
    return {"sealed": get_keyring().seal(SealedField.PAYMENT_REFERENCE, payment_id, plain), "masked": masked}
