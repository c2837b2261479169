"""What platforms owe: standing, ageing, disputes, payments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import day_start
from aurum_data.database import Database
from aurum_data.models.platforms import B2bPlatform
from aurum_data.models.revenue import B2bDispute, B2bPayment, B2bStatement
from aurum_data.queries import receivables
from tests.factories import make_platform, make_statement

TODAY = date(2026, 11, 22)
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def platform(session: Session) -> B2bPlatform:
    return make_platform(session)


def dispute(session: Session, statement: B2bStatement, amount_usd: int, **values: Any) -> None:
    opened = {"opened_at": day_start(TODAY), "reason": "Duplicates billed"}
    row = {"platform_id": statement.platform_id, "statement_id": statement.id, "amount_usd": amount_usd}
    session.add(B2bDispute(**{**opened, **row, **values}))
    session.flush()


def pay(session: Session, statement: B2bStatement, amount_usd: int, day: date) -> None:
    row = {"platform_id": statement.platform_id, "statement_id": statement.id, "amount_usd": amount_usd}
    key = f"{statement.id}-{day}-{amount_usd}"
    session.add(B2bPayment(**row, method="wire", received_on=day, idempotency_key=key))
    session.flush()


@pytest.mark.parametrize(
    ("status", "due_in", "standing", "overdue"),
    [("sent", 0, "not_due", 0), ("sent", -1, "overdue", 1), ("partly_paid", -45, "overdue", 45)],
)
def test_open_statement_is_overdue_from_the_day_after_it_was_due(
    session: Session, platform: B2bPlatform, status: str, due_in: int, standing: str, overdue: int
) -> None:
    make_statement(session, platform, OCTOBER, status=status, due_on=TODAY + timedelta(days=due_in))

    row = receivables.statements(session, today=TODAY).iloc[0]

    assert (row["standing"], row["days_overdue"]) == (standing, overdue)


def test_balance_is_what_was_not_paid(session: Session, platform: B2bPlatform) -> None:
    make_statement(session, platform, OCTOBER, total_usd=Decimal("1000.10"), paid_usd=Decimal("0.05"))

    assert receivables.statements(session, today=TODAY)["balance_usd"].tolist() == [Decimal("1000.05")]


def test_statement_with_an_open_dispute_is_disputed_by_its_amount(session: Session, platform: B2bPlatform) -> None:
    statement = make_statement(session, platform, OCTOBER)
    dispute(session, statement, 120)
    dispute(session, statement, 300, status="refused")

    row = receivables.statements(session, today=TODAY, standing="disputed").iloc[0]

    assert (row["disputed_usd"], row["dispute_reason"]) == (Decimal(120), "Duplicates billed")


def test_paid_and_draft_statements_owe_nothing_yet_are_listed(session: Session, platform: B2bPlatform) -> None:
    make_statement(session, platform, OCTOBER, status="paid", paid_usd=Decimal(1000))
    make_statement(session, platform, date(2026, 11, 1), status="draft", due_on=None, issued_on=None)

    listed = receivables.statements(session, today=TODAY)

    assert listed["standing"].tolist() == ["draft", "paid"]
    assert listed["days_overdue"].isna().all()
    assert receivables.ageing(session, today=TODAY)["statements"].sum() == 0


def test_the_most_pressing_statement_comes_first(session: Session, platform: B2bPlatform) -> None:
    for months, due in (
        (0, TODAY + timedelta(days=9)),
        (1, TODAY - timedelta(days=9)),
        (2, TODAY - timedelta(days=40)),
    ):
        make_statement(session, platform, date(2026, 10 - months, 1), due_on=due)

    overdue = receivables.statements(session, today=TODAY)["days_overdue"].tolist()

    assert overdue == [40, 9, 0]


def test_statements_of_chosen_platforms_and_standing_only(session: Session, platform: B2bPlatform) -> None:
    late = make_statement(session, platform, OCTOBER, due_on=TODAY - timedelta(days=1))
    make_statement(session, platform, date(2026, 9, 1), due_on=TODAY)
    make_statement(session, make_platform(session), OCTOBER, due_on=TODAY - timedelta(days=1))

    chosen = receivables.statements(session, today=TODAY, standing="overdue", platform_ids=[platform.id])

    assert chosen["statement_id"].tolist() == [late.id]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (400, 4)],
)
def test_ageing_puts_a_balance_into_its_bucket(session: Session, platform: B2bPlatform, days: int, bucket: int) -> None:
    make_statement(session, platform, OCTOBER, due_on=TODAY - timedelta(days=days), paid_usd=Decimal("0.25"))

    buckets = receivables.ageing(session, today=TODAY)

    assert buckets["bucket"].tolist() == [name for name, _, _ in receivables.AGEING]
    assert buckets["balance_usd"][bucket] == buckets["balance_usd"].sum() == Decimal("999.75")


def test_ageing_and_list_have_the_same_sum(session: Session, platform: B2bPlatform) -> None:
    for month in range(1, 11):
        statement = make_statement(session, platform, date(2026, month, 1), total_usd=Decimal(month).scaleb(-2))
        if month % 3 == 0:
            dispute(session, statement, 1000)

    buckets = receivables.ageing(session, today=TODAY)
    listed = receivables.statements(session, today=TODAY)

    assert buckets["balance_usd"].sum() == listed["balance_usd"].sum() == Decimal("0.55")
    assert buckets["disputed_usd"].sum() == listed["disputed_usd"].sum() == Decimal("0.18")


def test_payments_of_the_period_newest_first(session: Session, platform: B2bPlatform) -> None:
    statement = make_statement(session, platform, OCTOBER)
    for day in (1, 15, 20):
        pay(session, statement, day, date(2026, 11, day))

    found = receivables.payments(session, first=date(2026, 11, 2), last=TODAY)

    assert found["amount_usd"].tolist() == [Decimal(20), Decimal(15)]
    assert found["recorded_by"].tolist() == ["System", "System"]


def test_everything_reads_on_the_replica_with_the_readers_rights(db: Database) -> None:
    assert db.query(None, receivables.statements, today=TODAY).empty
    assert db.query(None, receivables.payments, first=OCTOBER, last=TODAY).empty
    assert db.query(None, receivables.ageing, today=TODAY)["balance_usd"].sum() == 0


def test_open_statements_are_found_by_index(session: Session, platform: B2bPlatform) -> None:
    session.execute(
        text("""
            INSERT INTO b2b_statements (platform_id, period_start, period_end, statement_number, status, due_on)
            SELECT :id, date '1900-01-01' + n, date '1900-01-01' + n, 'T-' || n, 'paid', date '1900-02-01' + n
            FROM generate_series(1, 5000) AS n"""),
        {"id": platform.id},
    )
    names, lows, highs = zip(*receivables.AGEING, strict=True)
    lists = {
        "names": list(names),
        "lows": list(lows),
        "highs": list(highs),
        "open": ["sent"],
        "statuses": ["sent"],
    }

    plan = session.execute(
        text(f"EXPLAIN {receivables._AGEING}"), {"today": TODAY, **lists, **receivables._platforms(())}
    )

    assert any("idx_statement_status_due" in line for line in plan.scalars())
