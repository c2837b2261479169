"""Recording a payment: once, exactly, by who may, and never more than is owed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.revenue import RecordedPayment, record_payment
from aurum_data.clock import day_start, today
from aurum_data.database import Database
from aurum_data.errors import AurumError, Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.revenue import B2bDispute, B2bStatement
from aurum_data.queries import receivables
from aurum_data.rules.identity import Role
from aurum_data.rules.revenue import PaymentMethod, StatementStatus
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField
from tests.factories import make_actor, make_platform, make_statement

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def statement(session: Session) -> B2bStatement:
    return make_statement(session, make_platform(session), OCTOBER, total_usd=Decimal("1000.00"))


def pay(session: Session, statement: B2bStatement, amount: str = "400.10", **values: Any) -> RecordedPayment:
    defaults = {
        "method": PaymentMethod.WIRE,
        "reference": None,
        "received_on": today(),
        "idempotency_key": "click",
    }
    return record_payment(
        session,
        values.pop("actor", SYSTEM),
        **{"statement_id": statement.id, "amount_usd": Decimal(amount), **defaults, **values},
    )


def stored(session: Session, statement: B2bStatement) -> tuple[Decimal, str, int]:
    """Paid so far, status, number of payments: as the database has them."""
    row = session.execute(
        text("""
            SELECT paid_usd, status, (SELECT count(*) FROM b2b_payments WHERE statement_id = s.id)
            FROM b2b_statements s WHERE id = :id"""),
        {"id": statement.id},
    ).one()
    return tuple(row)


def test_part_payment_leaves_the_rest_owed(session: Session, statement: B2bStatement) -> None:
    paid = pay(session, statement, "400.10")

    assert (paid.balance_usd, paid.status) == (Decimal("599.90"), StatementStatus.PARTLY_PAID)
    assert stored(session, statement) == (Decimal("400.10"), "partly_paid", 1)


def test_payment_of_the_whole_balance_settles_the_statement(session: Session, statement: B2bStatement) -> None:
    pay(session, statement, "400.10")
    pay(session, statement, "599.90", idempotency_key="second")

    assert stored(session, statement) == (Decimal("1000.00"), "paid", 2)


def test_part_payment_of_a_disputed_statement_leaves_it_disputed(session: Session, statement: B2bStatement) -> None:
    row = {"platform_id": statement.platform_id, "statement_id": statement.id, "amount_usd": 300}
    session.add(B2bDispute(**row, opened_at=day_start(today()), reason="Duplicates billed"))
    session.flush()

    assert pay(session, statement).status == StatementStatus.DISPUTED


def test_second_click_with_the_same_key_records_nothing(session: Session, statement: B2bStatement) -> None:
    first, second = pay(session, statement), pay(session, statement)

    assert (second.already_recorded, second.payment_id) == (True, first.payment_id)
    assert stored(session, statement) == (Decimal("400.10"), "partly_paid", 1)


def test_second_click_after_the_balance_was_settled_is_no_error(session: Session, statement: B2bStatement) -> None:
    pay(session, statement, "1000")

    assert pay(session, statement, "1000").already_recorded


def test_key_used_for_another_amount_is_refused(session: Session, statement: B2bStatement) -> None:
    pay(session, statement, "1")

    with pytest.raises(Conflict, match="another payment"):
        pay(session, statement, "2")


def test_two_clicks_at_the_same_moment_record_one_payment(db: Database) -> None:
    with db.write(SYSTEM) as session:
        statement = make_statement(session, make_platform(session), OCTOBER)
    results: list[RecordedPayment] = []

    def click() -> None:
        with db.write(SYSTEM) as session:
            results.append(pay(session, statement, "1000"))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    assert sorted(result.already_recorded for result in results) == [False, True, True, True]
    with db.read_primary() as session:
        assert stored(session, statement) == (Decimal("1000.00"), "paid", 1)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", "more than"),
        ("-5", "more than"),
        ("NaN", "more than"),
        ("Infinity", "more than"),
        ("0.001", "whole cents"),
        ("1000.01", "still owed"),
        ("99999999999999", "whole cents"),
    ],
)
def test_impossible_amount_is_refused(session: Session, statement: B2bStatement, amount: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        pay(session, statement, amount)


def test_date_to_come_is_refused(session: Session, statement: B2bStatement) -> None:
    with pytest.raises(Invalid, match="future"):
        pay(session, statement, received_on=today() + timedelta(days=1))


def test_date_before_the_period_is_refused(session: Session, statement: B2bStatement) -> None:
    with pytest.raises(Invalid, match="before"):
        pay(session, statement, received_on=OCTOBER - timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"status": "draft"}, "not been sent"),
        ({"status": "paid", "paid_usd": Decimal(1000)}, "already settled"),
    ],
)
def test_statement_that_owes_nothing_takes_no_payment(session: Session, state: dict[str, Any], sentence: str) -> None:
    other = make_statement(session, make_platform(session), OCTOBER, **state)

    with pytest.raises(Conflict, match=sentence):
        pay(session, other)


def test_unknown_statement(session: Session, statement: B2bStatement) -> None:
    with pytest.raises(NotFound):
        pay(session, statement, statement_id=statement.platform_id)


def test_a_statement_beyond_the_limits_of_the_actor_is_not_found(session: Session, statement: B2bStatement) -> None:
    manager = replace(make_actor(session, Role.MANAGER), scope_platforms=frozenset({make_platform(session).id}))
    with pytest.raises(NotFound):
        pay(session, statement, actor=manager)
    pay(session, statement, actor=replace(manager, scope_platforms=frozenset({statement.platform_id})))


@pytest.mark.parametrize("role", [Role.OPS, Role.SALES, Role.ANALYST, Role.COMPLIANCE])
def test_who_may_not_write_revenue_is_refused(session: Session, statement: B2bStatement, role: Role) -> None:
    with pytest.raises(NotAllowed):
        pay(session, statement, actor=make_actor(session, role))
    assert stored(session, statement)[2] == 0


def test_payment_is_audited_with_its_person_and_amount(session: Session, statement: B2bStatement) -> None:
    manager = make_actor(session, Role.MANAGER)
    paid = pay(session, statement, actor=manager, reference="WIRE-20261120-7781")

    entry = session.execute(text("SELECT * FROM audit_log WHERE entity_id = :id"), {"id": str(statement.id)}).one()
    assert (entry.event, entry.actor_user_id) == ("revenue:payment:record", manager.user_id)
    assert entry.details["payment_id"] == str(paid.payment_id)
    assert entry.details["amount_usd"] == "400.10"
    assert "7781" not in str(entry.details)


def test_reference_is_stored_sealed_and_masked(session: Session, statement: B2bStatement, keyring: Keyring) -> None:
    paid = pay(session, statement, reference=" WIRE-20261120-7781 ")

    row = session.execute(text("SELECT reference_encrypted AS sealed, reference_masked FROM b2b_payments")).one()
    assert row.reference_masked == "ends in 7781"
    assert b"7781" not in bytes(row.sealed)
    assert keyring.open(SealedField.PAYMENT_REFERENCE, paid.payment_id, bytes(row.sealed)) == "WIRE-20261120-7781"


@pytest.mark.parametrize(("reference", "masked"), [(None, None), ("  ", None), ("1234", "hidden")])
def test_short_reference_shows_nothing_of_itself(
    session: Session, statement: B2bStatement, reference: str | None, masked: str | None
) -> None:
    pay(session, statement, reference=reference)

    assert session.scalar(text("SELECT reference_masked FROM b2b_payments")) == masked


def test_failed_payment_changes_nothing(db: Database) -> None:
    with db.write(SYSTEM) as session:
        statement = make_statement(session, make_platform(session), OCTOBER)

    def fail() -> None:
        with db.write(SYSTEM) as session:
            pay(session, statement, "1")
            raise AurumError("the page broke off")

    with pytest.raises(AurumError):
        fail()
    with db.read_primary() as session:
        assert stored(session, statement) == (Decimal(0), "sent", 0)


def test_who_recorded_a_payment_sees_it_at_once(db: Database) -> None:
    with db.write(SYSTEM) as session:
        manager = make_actor(session, Role.MANAGER)
        statement = make_statement(session, make_platform(session), OCTOBER)

    with db.write(manager) as session:
        pay(session, statement, "1000", actor=manager)

    assert db.query(manager, receivables.statements, today=today())["standing"].tolist() == ["paid"]
