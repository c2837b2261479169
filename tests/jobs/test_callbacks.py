"""A callback that comes due is told to its person once, whatever happens to the worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.clock import now
from aurum_data.jobs.callbacks import remind_of_callbacks
from aurum_data.rules.identity import Role
from tests.factories import make_actor, make_lead

AT = now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def me(session: Session) -> UUID | None:
    return make_actor(session, Role.SALES).user_id


def messages(session: Session, user_id: UUID | None) -> list[Any]:
    rows = text("SELECT kind, title, body, link FROM inbox_messages WHERE user_ref = :id ORDER BY created_at, id")
    return list(session.execute(rows, {"id": user_id}))


def test_a_due_callback_is_told_once_with_the_way_to_the_lead(session: Session, me: UUID | None) -> None:
    lead = make_lead(session, assigned_to=me, first_name="Rosa", next_callback_at=AT - MINUTE)
    assert [remind_of_callbacks(session, AT), remind_of_callbacks(session, AT + MINUTE)] == [1, 0]
    [message] = messages(session, me)
    assert (message.kind, message.link) == ("reminder", f"/leads?lead={lead.id}")
    assert "Rosa" not in message.title + message.body  # it would outlive an erasure


def test_another_callback_of_the_same_lead_is_told_again(session: Session, me: UUID | None) -> None:
    lead = make_lead(session, assigned_to=me, next_callback_at=AT - MINUTE)
    remind_of_callbacks(session, AT)
    session.execute(text("UPDATE leads SET next_callback_at = :at WHERE id = :id"), {"at": AT, "id": lead.id})
    assert remind_of_callbacks(session, AT + MINUTE) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"next_callback_at": AT + MINUTE},
        {"next_callback_at": AT - timedelta(days=2)},
        {"assigned_to": None},
        {"do_not_call": True},
        {"is_active": False},
        {"status": "sold"},
    ],
)
def test_what_is_not_due_or_nobodys_is_not_told(session: Session, me: UUID | None, values: dict[str, Any]) -> None:
    make_lead(session, **{"assigned_to": me, "next_callback_at": AT - MINUTE, **values})
    assert remind_of_callbacks(session, AT) == 0
    assert messages(session, me) == []


def test_marks_of_old_callbacks_are_forgotten(session: Session, me: UUID | None) -> None:
    make_lead(session, assigned_to=me, next_callback_at=AT - MINUTE)
    remind_of_callbacks(session, AT)
    remind_of_callbacks(session, AT + timedelta(days=3))
    assert session.scalar(text("SELECT count(*) FROM callback_reminders")) == 0
