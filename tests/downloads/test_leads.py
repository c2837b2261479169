"""A list of leads as a file: what the list shows, and nothing beyond what the person may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from aurum_data.actions.core import Actor
from aurum_data.actions.list_downloads import ask_download, begin_download
from aurum_data.database import Database
from aurum_data.downloads import leads as downloads
from aurum_data.downloads.leads import lead_file
from aurum_data.errors import Invalid, NotAllowed
from aurum_data.rules.downloads import FileFormat
from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import Role
from aurum_data.security.encryption import Keyring
from aurum_data.security.fields import SealedField
from aurum_data.security.sessions import find_actor, open_session
from tests.factories import make_actor, make_lead

FIRST = datetime(2026, 7, 4, 12, tzinfo=UTC)
COLUMNS = ["full_name", "phone_masked", "borough"]


@pytest.fixture
def olga(db: Database, keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """Somebody who takes lists out; there are five leads, two of them in Queens, and a page holds two."""
    monkeypatch.setattr(downloads, "PAGE_ROWS", 2)
    with db.write(None) as session:
        person = make_actor(session, Role.OPS)
        for number in range(5):
            lead_id = uuid4()
            make_lead(
                session,
                id=lead_id,
                created_at=FIRST + timedelta(hours=number),
                first_name="Kim",
                last_name=f"Number{number}",
                borough=Borough.QUEENS if number < 2 else Borough.BROOKLYN,
                phone_masked=f"***-***-010{number}",
                phone_encrypted=keyring.seal(SealedField.LEAD_PHONE, lead_id, f"+1212555010{number}"),
            )
        session.execute(
            text("INSERT INTO user_permissions (user_id, resource, action) VALUES (:id, 'leads', 'read_pii')"),
            {"id": person.user_id},
        )
        token = open_session(session, user_id=person.user_id, second_factor=True, address=None, user_agent=None)  # type: ignore[arg-type]
        actor = find_actor(session, str(token))
    assert actor is not None
    return actor


def pieces(db: Database, actor: Actor, **values: Any) -> Iterator[bytes]:
    plain = {
        "filter": {}, "sort_by": "created", "descending": False, "columns": COLUMNS, "about": 5,
        "file_format": FileFormat.CSV,
    }  # fmt: skip
    with db.write(actor) as session:
        asked = ask_download(session, actor, **(plain | values))
        found = begin_download(session, actor, download_id=asked)
    return lead_file(db, actor, found)


def lines(db: Database, actor: Actor, **values: Any) -> list[list[str]]:
    content = b"".join(pieces(db, actor, **values)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def names(read: list[list[str]]) -> list[str]:
    return [line[0] for line in read if line[0].startswith("Kim")]


def outcome(db: Database) -> tuple[Any, ...]:
    with db.read_primary() as session:
        return tuple(session.execute(text("SELECT row_count, is_complete FROM list_downloads")).one())


def test_it_holds_every_lead_once_in_the_order_of_the_list(db: Database, olga: Actor) -> None:
    read = lines(db, olga)
    assert read[0] == ["Name", "Phone", "Borough"]
    assert names(read) == [f"Kim Number{n}" for n in range(5)]
    assert outcome(db) == (5, True)


def test_it_says_at_its_end_what_it_is(db: Database, olga: Actor) -> None:
    about = {line[0]: line[1] for line in lines(db, olga, filter={"boroughs": ["Queens"]}) if line[0].startswith("#")}
    assert about["# Rows"] == "2"
    assert about["# For"] == olga.full_name
    assert about["# Filters"] == "boroughs: Queens"
    assert about["# Contact data"] == "masked"
    assert about["# As of"].endswith(" ET")


def test_it_holds_the_selected_leads_and_says_how_many_they_were(db: Database, olga: Actor) -> None:
    """Also one that was deactivated; their ids stand neither in the file nor in the audit trail."""
    with db.write(None) as session:
        session.execute(text("UPDATE leads SET is_active = false WHERE last_name = 'Number1'"))
        query = "SELECT id::text FROM leads WHERE last_name IN ('Number1', 'Number4') ORDER BY id"
        picked = list(session.scalars(text(query)))
    read = lines(db, olga, filter={"leads": picked, "include_inactive": True})
    assert names(read) == ["Kim Number1", "Kim Number4"]
    assert "leads: 2 selected" in {line[0]: line[1] for line in read if line[0].startswith("#")}["# Filters"]
    with db.read_primary() as session:
        told = session.scalars(text("SELECT details::text FROM audit_log WHERE event LIKE 'leads:list:%'")).all()
    assert len(told) == 2
    assert not any(one in entry for one in picked for entry in told)


def test_phones_are_masked(db: Database, olga: Actor) -> None:
    assert [line[1] for line in lines(db, olga)[1:6]] == [f"***-***-010{n}" for n in range(5)]


def test_phones_are_in_the_clear_for_who_may_and_says_why(db: Database, olga: Actor) -> None:
    with db.write(None) as session:
        session.execute(text("UPDATE sign_in_sessions SET confirmed_at = now()"))
    read = lines(db, olga, in_clear=True, reason="Mailing")
    assert [line[1] for line in read[1:6]] == [f"+1212555010{n}" for n in range(5)]


def test_it_holds_what_a_limited_person_may_see(db: Database, olga: Actor) -> None:
    limited = replace(olga, scope_boroughs=frozenset({"Queens"}))
    assert names(lines(db, limited)) == ["Kim Number0", "Kim Number1"]


def test_who_loses_the_right_on_the_way_gets_no_more(db: Database, olga: Actor) -> None:
    coming = pieces(db, olga)
    assert b"Number1" in next(coming)
    with db.write(None) as session:
        session.execute(text("UPDATE sign_in_sessions SET revoked_at = now()"))
    with pytest.raises(NotAllowed):
        next(coming)
    assert outcome(db) == (2, False)


def test_one_that_is_broken_off_is_recorded_so(db: Database, olga: Actor) -> None:
    coming = pieces(db, olga)
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert outcome(db) == (2, False)


@pytest.mark.parametrize(("largest", "rows"), [(4, 0), (5, 5)])
def test_a_workbook_that_grows_too_large_is_refused_whole(
    db: Database, olga: Actor, monkeypatch: pytest.MonkeyPatch, largest: int, rows: int
) -> None:
    monkeypatch.setattr(downloads, "LARGEST_XLSX", largest)
    coming, left = pieces(db, olga, file_format=FileFormat.XLSX), b""
    with nullcontext() if rows else pytest.raises(Invalid, match="A workbook holds at most"):
        for piece in coming:
            left += piece
    assert (outcome(db), bool(left)) == ((rows, bool(rows)), bool(rows))


def test_searches_are_files_too(db: Database, olga: Actor) -> None:
    assert names(lines(db, olga, filter={"search": "Number3"})) == ["Kim Number3"]
