"""Asking for a list as a file and fetching it: who may, once and in time, and what is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor
from aurum_data.actions.list_downloads import ListDownload, ask_download, begin_download, finish_download
from aurum_data.errors import ConfirmationNeeded, Invalid, NotAllowed, NotFound, ReadOnly
from aurum_data.rules.downloads import LARGEST_XLSX, MANY_ROWS, FileFormat
from aurum_data.rules.identity import Role
from tests.factories import make_actor, sign_in

FILTER = {"statuses": ["new"], "search": "Kim Chen"}


@pytest.fixture
def olga(session: Session) -> Actor:
    """Somebody who takes lists out, signed in."""
    return sign_in(session, make_actor(session, Role.OPS))


def ask(session: Session, actor: Actor, **values: Any) -> UUID:
    plain = {"filter": FILTER, "sort_by": "created", "descending": True, "columns": ["full_name", "id"], "about": 10}
    return ask_download(session, actor, **({"file_format": FileFormat.CSV} | plain | values))


def begin(session: Session, actor: Actor, **values: Any) -> ListDownload:
    return begin_download(session, actor, download_id=ask(session, actor, **values))


def give_contact_data(session: Session, actor: Actor) -> None:
    session.execute(
        text("INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'leads', 'read_pii')"),
        {"id": actor.user_id},
    )


def entries(session: Session) -> list[Any]:
    return list(
        session.execute(
            text("SELECT event, details FROM audit_log WHERE entity_type = 'list_download' ORDER BY occurred_at, id")
        )
    )


def test_what_was_asked_for_can_be_fetched(session: Session, olga: Actor):
    found = begin(session, olga)
    assert (found.filter, found.columns, found.in_clear) == (FILTER, ("full_name", "id"), False)


def test_it_is_fetched_once(session: Session, olga: Actor):
    asked = ask(session, olga)
    begin_download(session, olga, download_id=asked)
    with pytest.raises(NotFound, match="fetched before"):
        begin_download(session, olga, download_id=asked)


def test_it_is_fetched_in_time(session: Session, olga: Actor):
    asked = ask(session, olga)
    session.execute(text("UPDATE list_downloads SET created_at = now() - interval '11 minutes'"))
    with pytest.raises(NotFound):
        begin_download(session, olga, download_id=asked)


def test_it_is_fetched_by_who_asked(session: Session, olga: Actor):
    asked = ask(session, olga)
    other = sign_in(session, make_actor(session, Role.OPS))
    with pytest.raises(NotFound):
        begin_download(session, other, download_id=asked)


def test_who_lost_the_right_meanwhile_gets_nothing(session: Session, olga: Actor):
    asked = ask(session, olga)
    session.execute(text("DELETE FROM user_roles WHERE user_id = :id"), {"id": olga.user_id})
    with pytest.raises(NotAllowed):
        begin_download(session, olga, download_id=asked)


def test_nothing_leaves_while_exports_are_stopped(session: Session, olga: Actor):
    asked = ask(session, olga)
    session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'stop_exports'"))
    with pytest.raises(ReadOnly):
        begin_download(session, olga, download_id=asked)


def test_contact_data_take_the_right_to_them(session: Session, olga: Actor):
    with pytest.raises(NotAllowed):
        ask(session, olga, in_clear=True, reason="Mailing")


def test_contact_data_take_a_fresh_confirmation(session: Session, olga: Actor):
    give_contact_data(session, olga)
    session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now() - interval '11 minutes'"))
    with pytest.raises(ConfirmationNeeded):
        ask(session, olga, in_clear=True, reason="Mailing")


def test_contact_data_take_a_reason(session: Session, olga: Actor):
    give_contact_data(session, olga)
    session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now()"))
    with pytest.raises(Invalid, match="Say why"):
        ask(session, olga, in_clear=True)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"columns": []}, "at least one column"),
        ({"columns": ["id", "phone_encrypted"]}, "none that a file can have"),
        ({"file_format": FileFormat.XLSX, "about": LARGEST_XLSX + 1}, "narrow the filter"),
        ({"reason": "x" * 301}, "at most 300"),
    ],
)
def test_what_cannot_be_made_is_refused(session: Session, olga: Actor, values: dict[str, Any], sentence: str):
    with pytest.raises(Invalid, match=sentence):
        ask(session, olga, **values)


def test_what_was_searched_is_sealed_and_in_no_audit_entry(session: Session, olga: Actor):
    begin(session, olga)
    stored = session.scalars(text("SELECT t::text FROM list_downloads t")).all()
    assert "Kim" not in str(stored) + str(entries(session))


def test_the_trail_says_how_many_rows_left_with_which_filters(session: Session, olga: Actor):
    found = begin(session, olga)
    finish_download(session, download_id=found.download_id, rows=7, complete=True)
    begun, ended = entries(session)
    assert (begun.event, ended.event) == ("leads:list:download", "leads:list:downloaded")
    assert (ended.details["rows"], ended.details["complete"]) == (7, True)
    assert ended.details["filters"] == {"statuses": ["new"], "search": "(not kept here)"}


@pytest.mark.parametrize(("rows", "events"), [(MANY_ROWS - 1, 0), (MANY_ROWS, 1)])
def test_many_rows_are_a_security_event(session: Session, olga: Actor, rows: int, events: int):
    finish_download(session, download_id=begin(session, olga).download_id, rows=rows, complete=True)
    counted = text("SELECT count(*) FROM security_events WHERE event = 'export_large' AND user_ref = :id")
    assert session.scalar(counted, {"id": olga.user_id}) == events


def test_the_end_of_what_never_began_is_nothing(session: Session):
    finish_download(session, download_id=uuid4(), rows=1, complete=True)
    assert entries(session) == []
