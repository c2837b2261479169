"""Taking refused rows home: who may, what is written down, and what the file holds."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.imports import CHUNK_ROWS, MANY_ROWS, download_rejected_rows, rejected_rows_csv, undo_import
from aurum_data.database import Database
from aurum_data.errors import Conflict, NotAllowed, NotFound, ReadOnly
from aurum_data.intake.load import import_file
from aurum_data.rules.identity import Role
from aurum_data.security.sessions import find_actor, open_session
from tests.factories import make_actor
from tests.jobs.test_worker import Owner, until

FORMULA = '=HYPERLINK("https://evil.example","Click")'
HEADER = "first_name,last_name,phone,email,zip"


def import_rows(db: Database, tmp_path: Path, *rows: str) -> UUID:
    path = tmp_path / f"{uuid4()}.csv"
    path.write_text("\n".join([HEADER, *rows]))
    report = import_file(db, SYSTEM, path)
    assert report.rejected == len(rows)
    assert report.batch_id is not None
    return report.batch_id


def signed_in(db: Database, role: Role) -> Actor:
    with db.write(None) as session:
        person = make_actor(session, role)
        token = open_session(session, user_id=person.user_id, second_factor=True, address=None, user_agent=None)  # type: ignore[arg-type]
        actor = find_actor(session, str(token))
    assert actor is not None
    return actor


def download(db: Database, actor: Actor, batch_id: UUID) -> list[list[str]]:
    with db.write(actor) as session:
        download_rejected_rows(session, actor, batch_id=batch_id)
    content = b"".join(rejected_rows_csv(db.read_primary, batch_id=batch_id)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_rows_come_with_line_and_reason_and_nothing_that_a_spreadsheet_carries_out(
    db: Database, tmp_path: Path
) -> None:
    quoted = FORMULA.replace('"', '""')
    batch = import_rows(db, tmp_path, f'"{quoted}",Doe,+1 (212) 555-0100,ada@example.com,90210')
    header, row = download(db, signed_in(db, Role.OPS), batch)
    assert header[:3] == ["Line", "Field", "Reason"]
    assert row[0] == "2"
    assert row[3:] == [f"'{FORMULA}", "Doe", "+1 (212) 555-0100", "ada@example.com", "90210"]


def test_every_row_comes_once_whatever_the_pieces(db: Database, tmp_path: Path) -> None:
    count = CHUNK_ROWS + 3
    batch = import_rows(db, tmp_path, *(f"Ada{n},Doe,2125550100,,90210" for n in range(count)))
    rows = download(db, signed_in(db, Role.OPS), batch)
    assert [row[3] for row in rows[1:]] == [f"Ada{n}" for n in range(count)]


def test_download_is_audited_without_the_data(db: Database, tmp_path: Path) -> None:
    batch = import_rows(db, tmp_path, "Ada,Doe,2125550100,,90210")
    actor = signed_in(db, Role.OPS)
    download(db, actor, batch)
    with db.read_primary() as session:
        row = session.execute(
            text("SELECT actor_user_id, entity_id, details FROM audit_log WHERE event LIKE 'imports:rejected%'")
        ).one()
    assert row == (actor.user_id, str(batch), {"rows": 1})


def test_many_rows_are_a_security_event(db: Database, tmp_path: Path) -> None:
    batch = import_rows(db, tmp_path, *(f"Ada{n},Doe,2125550100,,90210" for n in range(MANY_ROWS)))
    download(db, signed_in(db, Role.OPS), batch)
    with db.read_primary() as session:
        row = session.execute(text("SELECT event, details ->> 'rows' FROM security_events")).one()
    assert row == ("export_large", str(MANY_ROWS))


@pytest.mark.parametrize("role", [Role.SALES, Role.MANAGER, Role.COMPLIANCE, Role.ANALYST])
def test_others_may_not(session: Session, role: Role) -> None:
    with pytest.raises(NotAllowed):
        download_rejected_rows(session, make_actor(session, role), batch_id=uuid4())


def test_not_while_exports_are_stopped(db: Database, tmp_path: Path) -> None:
    batch = import_rows(db, tmp_path, "Ada,Doe,2125550100,,90210")
    with db.write(None) as session:
        session.execute(text("UPDATE app_flags SET is_on = true WHERE flag = 'stop_exports'"))
    with pytest.raises(ReadOnly):
        download(db, signed_in(db, Role.OPS), batch)


def test_of_no_import_there_is_nothing(db: Database) -> None:
    with pytest.raises(NotFound):
        download(db, signed_in(db, Role.OPS), uuid4())


class TestUndo:
    @pytest.fixture
    def batch(self, db: Database, tmp_path: Path) -> UUID:
        """An import of two leads."""
        path = tmp_path / "leads.csv"
        path.write_text("\n".join([HEADER, "Ada,Doe,212-555-0100,,11215", "Bo,Roe,212-555-0101,,11215"]))
        report = import_file(db, SYSTEM, path)
        assert (report.landed, report.batch_id is not None) == (2, True)
        return report.batch_id  # type: ignore[return-value]

    def undo(self, db: Database, batch_id: UUID) -> int:
        with db.write(None) as session:
            return undo_import(session, SYSTEM, batch_id=batch_id)

    def test_its_leads_are_deactivated(self, db: Database, batch: UUID) -> None:
        assert self.undo(db, batch) == 2
        with db.read_primary() as session:
            assert session.scalars(text("SELECT DISTINCT is_active FROM leads")).all() == [False]

    def test_it_is_undone_once(self, db: Database, batch: UUID) -> None:
        self.undo(db, batch)
        with pytest.raises(Conflict, match="not undone"):
            self.undo(db, batch)

    def test_a_mended_file_brings_them_again(self, db: Database, batch: UUID, tmp_path: Path) -> None:
        self.undo(db, batch)
        path = tmp_path / "mended.csv"
        path.write_text("\n".join([HEADER, "Ada,Doe,212-555-0100,,11201", "Bo,Roe,212-555-0101,,11201"]))
        assert import_file(db, SYSTEM, path).landed == 2

    @pytest.mark.parametrize(
        "touch",
        [
            "UPDATE leads SET version = 2 WHERE first_name = 'Ada'",
            "UPDATE leads SET last_activity_at = now() + interval '1 second' WHERE first_name = 'Ada'",
            "UPDATE leads SET conversation_count = 1 WHERE first_name = 'Ada'",
            "INSERT INTO leads (zip_code, borough, utility, duplicate_of)"  # noqa: ISC004
            " SELECT zip_code, borough, utility, id FROM leads WHERE first_name = 'Ada'",
        ],
    )
    def test_one_that_somebody_worked_on_keeps_all(self, db: Database, batch: UUID, touch: str) -> None:
        with db.write(None) as session:
            session.execute(text(touch))
        with pytest.raises(Conflict, match="1 lead of this file was worked on since"):
            self.undo(db, batch)
        with db.read_primary() as session:
            counted = text("SELECT count(*) FROM leads WHERE NOT is_active")
            assert session.scalar(counted) == 0

    def test_what_somebody_is_at_in_this_moment_keeps_all(self, db: Database, owner: Owner, batch: UUID) -> None:
        with ThreadPoolExecutor(1) as beside:
            with db.write(None) as session:
                session.execute(text("UPDATE leads SET version = 2 WHERE first_name = 'Ada'"))
                undone = beside.submit(self.undo, db, batch)
                until(owner, "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
            with pytest.raises(Conflict, match="1 lead of this file was worked on since"):
                undone.result(timeout=60)
