"""Monthly statements to the platforms from the ledger, what was paid on them and what was disputed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from aurum_data.sample.acquisition import months_after
from aurum_data.sample.draws import DAY, HOUR, at, clamp, day_ms, local_day, usd, uuid7
from aurum_data.sample.platforms import Platform
from aurum_data.sample.write import Copier, table
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField

STATEMENTS = table(
    "b2b_statements",
    "id platform_id period_start period_end statement_number status sales_usd returns_usd adjustments_usd total_usd "
    "paid_usd issued_on due_on created_at updated_at",
)
PAYMENTS = table(
    "b2b_payments",
    "id platform_id statement_id amount_usd method reference_encrypted reference_masked received_on created_at "
    "recorded_by idempotency_key",
)
LINES = table("b2b_statement_lines", "lead_id transaction_id statement_id")
DISPUTES = table("b2b_disputes", "id platform_id statement_id opened_at closed_at amount_usd reason status")

# Platform, months before the last one, how the dispute about that month's statement ended.
_DISPUTED = (
    ("Meridian Lead Market", 13, "accepted"), ("Quarry Street Solar", 5, "accepted"),
    ("Halcyon Home Network", 9, "refused"), ("Meridian Lead Market", 3, "refused"),
    ("Quarry Street Solar", 1, "open"), ("Northlight Households", 2, "open"),
)  # fmt: skip
_DECIDED_DAYS = 27  # after the end of the month
_METHODS = ("ach", "ach", "ach", "wire", "check")
_TOTALS = """
    SELECT platform_id, date_trunc('month', occurred_at AT TIME ZONE 'America/New_York')::date AS month,
           coalesce(sum(amount_usd) FILTER (WHERE transaction_type = 'sale'), 0),
           coalesce(sum(amount_usd) FILTER (WHERE transaction_type = 'return'), 0),
           coalesce(sum(amount_usd) FILTER (WHERE transaction_type = 'adjustment'), 0)
    FROM b2b_revenue_transactions
    GROUP BY 1, 2 ORDER BY 2, 1
"""
_FILL_LINES = """
    INSERT INTO b2b_statement_lines (lead_id, transaction_id, statement_id)
    SELECT t.lead_id, t.id, s.id
    FROM b2b_revenue_transactions t
    JOIN b2b_statements s ON s.platform_id = t.platform_id
     AND s.period_start = date_trunc('month', t.occurred_at AT TIME ZONE 'America/New_York')::date
"""
# Adjustments that a successful dispute about a month's sales led to.
_CORRECTED = """
    SELECT -sum(a.amount_usd) FROM b2b_revenue_transactions a
    JOIN b2b_revenue_transactions s ON s.lead_id = a.lead_id AND s.id = a.offsets_id
    WHERE a.transaction_type = 'adjustment' AND a.platform_id = %s
      AND date_trunc('month', s.occurred_at AT TIME ZONE 'America/New_York')::date = %s
"""


class _Statement(NamedTuple):
    id: UUID
    platform: Platform
    month: date
    issued: date
    due: date
    total: Decimal


def plan_corrections(platforms: list[Platform], until: date) -> dict[tuple[UUID, date], int]:
    """When (ms) a platform won a dispute about a month's sales: these get price corrections then."""
    by_name = {platform.plan.name: platform for platform in platforms}
    return {
        (by_name[name].id, month): day_ms(months_after(month, 1)) + _DECIDED_DAYS * DAY + 15 * HOUR
        for name, back, outcome in _DISPUTED
        if outcome == "accepted" and name in by_name
        for month in [months_after(until, -1 - back)]
    }


def write_statements(
    connection: psycopg.Connection[Any], copier: Copier, rng: Random, keyring: Keyring, platforms: list[Platform],
    end: int, recorded_by: UUID,
) -> None:  # fmt: skip
    """Statements of all whole months in the ledger with their lines; payments and disputes on them."""
    today = local_day(end - 1)
    by_id = {platform.id: platform for platform in platforms}
    rows, payments, disputes = [], [], []
    for platform_id, month, sales, returns, adjustments in connection.execute(_TOTALS).fetchall():
        issued = months_after(month, 1) + timedelta(days=2)
        if issued > today:
            continue
        platform = by_id[platform_id]
        total = sales + returns + adjustments
        due = issued + timedelta(days=platform.plan.terms)
        made = day_ms(issued) + 10 * HOUR
        statement = _Statement(uuid7(rng, made), platform, month, issued, due, total)
        outcome = _dispute_of(platform, month, today)
        is_draft = platform.plan.paused and (today - issued).days < 30
        paid = (
            [] if is_draft else _payments(rng, keyring, statement, today, recorded_by, open_dispute=outcome == "open")
        )
        amount = sum((row[3] for row in paid), Decimal(0))
        status = _status(total, amount, outcome, is_draft=is_draft)
        number = f"ST-{month:%Y%m}-{platforms.index(platform) + 1:02d}"
        rows.append(
            (
                statement.id, platform_id, month, months_after(month, 1) - timedelta(days=1), number, status, sales,
                returns, adjustments, total, amount, None if is_draft else issued, None if is_draft else due, at(made),
                at(made if not paid else day_ms(paid[-1][7]) + 12 * HOUR),
            )
        )  # fmt: skip
        payments += paid
        if outcome and not is_draft and (row := _dispute(connection, rng, statement, outcome)):
            disputes.append(row)
    copier.copy(STATEMENTS, rows)
    copier.written[LINES.name] = connection.execute(_FILL_LINES).rowcount
    copier.copy(PAYMENTS, payments)
    copier.copy(DISPUTES, disputes)


def _dispute_of(platform: Platform, month: date, today: date) -> str | None:
    for name, back, outcome in _DISPUTED:
        if name == platform.plan.name and months_after(today, -1 - back) == month:
            return outcome
    return None


def _status(total: Decimal, paid: Decimal, outcome: str | None, *, is_draft: bool) -> str:
    if is_draft:
        return "draft"
    if outcome == "open":
        return "disputed"
    if paid >= total:
        return "paid"
    return "partly_paid" if paid else "sent"


def _payments(
    rng: Random, keyring: Keyring, statement: _Statement, today: date, recorded_by: UUID, *, open_dispute: bool
) -> list[tuple[Any, ...]]:
    """Payments received by today: one, or two halves; late as the platform's habit is. None while disputed."""
    plan = statement.platform.plan
    if statement.total <= 0 or open_dispute:
        return []
    first = statement.due + timedelta(days=round(clamp(rng.gauss(plan.pays_late, 3), -12, 45)))
    whole = int(statement.total * 100)
    parts = [(first, whole)]
    if rng.random() < 0.12 and whole > 1000:
        part = round(whole * rng.uniform(0.4, 0.7))
        parts = [(first, part), (first + timedelta(days=rng.randrange(6, 24)), whole - part)]
    rows = []
    for number, (day, cents) in enumerate(parts, start=1):
        if day >= today:
            break
        ms = day_ms(day) + 12 * HOUR
        row_id = uuid7(rng, ms)
        reference = f"{plan.name[:3].upper()}{rng.randrange(10**9, 10**10)}"
        rows.append(
            (
                row_id, statement.platform.id, statement.id, usd(cents), rng.choice(_METHODS),
                keyring.seal(SealedField.PAYMENT_REFERENCE, row_id, reference), f"ends in {reference[-4:]}", day,
                at(ms), recorded_by, f"sample:{statement.id}:{number}",
            )
        )  # fmt: skip
    return rows


def _dispute(
    connection: psycopg.Connection[Any], rng: Random, statement: _Statement, outcome: str
) -> tuple[Any, ...] | None:
    """A dispute about a statement. One that was accepted is about the amount that was then corrected."""
    opened = day_ms(statement.issued) + rng.randrange(2 * DAY, 8 * DAY)
    closed: int | None = day_ms(months_after(statement.month, 1)) + _DECIDED_DAYS * DAY + 15 * HOUR
    amount = (statement.total * Decimal(rng.randrange(4, 12)) / 100).quantize(Decimal("0.01"))
    reason = "Leads that we had returned are still on the statement"
    if outcome == "accepted":
        found = connection.execute(_CORRECTED, [statement.platform.id, statement.month]).fetchone()
        if found is None or found[0] is None:
            return None
        amount, reason = found[0], "Leads below the agreed quality"
    elif outcome == "open":
        closed = None
    if amount <= 0:
        return None
    return (
        uuid7(rng, opened), statement.platform.id, statement.id, at(opened), at(closed) if closed else None, amount,
        reason, outcome,
    )  # fmt: skip
