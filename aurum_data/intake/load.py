"""Taking a file of leads in: chunk by chunk, each chunk in one transaction, each row at most once.

A file is known by its SHA-256: taken in again, it changes nothing. The batch's row says at which line to go
on; it moves in the transaction of the chunk, so that an import that was killed resumes behind its last chunk.
Rows that carry the lead id of an advertising platform or CRM are taken in once even if several files hold
them.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.rollups import mark_changed
from aurum_data.clock import business_day, now, today
from aurum_data.database import Database
from aurum_data.errors import Conflict
from aurum_data.intake import landing
from aurum_data.intake.attribution import Attribution
from aurum_data.intake.columns import Field, Mapping, propose_mapping
from aurum_data.intake.copying import copy_rows
from aurum_data.intake.delimited import Source
from aurum_data.intake.duplicates import Families, as_rows, claim, claimed, hold_all, suppressed
from aurum_data.intake.files import FileFacts, RawRow, inspect_file, read_rows
from aurum_data.intake.header_names import SourceSystem
from aurum_data.intake.landing import SealedLead
from aurum_data.intake.rows import IncomingLead, RowReader
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

CHUNK_ROWS = 2_500
REJECTED_DAYS = 30  # how long rows that did not fit are kept for correction
FIRST_PROBLEMS = 20
ROW_TEXT_LIMIT = 10_000
SUPPRESSED_REASON = "This person must not be contacted and was not taken in; the row's text is not kept."

_ADD_BATCH = text("""
    INSERT INTO import_batches (file_name, file_sha256, file_format, source_system, column_mapping, next_line,
                                imported_by, started_at)
    VALUES (:file_name, :sha256, :format, :system, :mapping, 0, :user_id, :at)
    ON CONFLICT (file_sha256) DO NOTHING RETURNING id
""").bindparams(bindparam("mapping", type_=JSONB))
_BATCH = text("""
    SELECT id, status, source_system, column_mapping, next_line, row_count, landed_count, duplicate_count,
           rejected_count, unsellable_count, started_at, undone_at
    FROM import_batches WHERE file_sha256 = :sha256
""")
_LOCK = text("SELECT next_line FROM import_batches WHERE id = :id AND status = 'loading' FOR UPDATE")
_ADVANCE = text("""
    UPDATE import_batches
    SET next_line = :next_line, row_count = row_count + :rows, landed_count = landed_count + :landed,
        duplicate_count = duplicate_count + :duplicates, rejected_count = rejected_count + :rejected,
        unsellable_count = unsellable_count + :unsellable
    WHERE id = :id
""")
_FINISH = text("""
    UPDATE import_batches SET status = 'completed', finished_at = now() WHERE id = :id AND status = 'loading'
""")


TakenBefore = Callable[[Session, str], set[UUID]]


class RowProblem(NamedTuple):
    """Why a row was refused. `field` is a column's meaning, or 'row'."""

    line_number: int
    field: str
    reason: str


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do. `unread` counts values that were left out, by field."""

    batch_id: UUID | None = None
    rows: int = 0
    landed: int = 0
    duplicates: int = 0  # of those landed
    rejected: int = 0
    already_imported: int = 0
    not_sellable: int = 0  # of those landed
    first_problems: list[RowProblem] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


class _Rejected(NamedTuple):
    line_number: int
    field: str
    reason: str
    text: str


@dataclass
class _Chunk:
    """Some rows of the file, ready to be written."""

    rows: int
    next_line: int
    leads: list[SealedLead] = field(default_factory=list)
    rejected: list[_Rejected] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)


def import_file(
    database: Database,
    actor: Actor,
    source: Source,
    *,
    mapping: Mapping | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    file_name: str = "",
) -> ImportReport:
    """Take in a CSV or XLSX file of leads; `progress` is told how many rows are done.

    `file_name`: what the list of imports calls it, if not by its own name. Without a mapping the proposed one is used;
    an import that resumes keeps the one it began with. A dry run writes nothing; it remembers the contacts of the whole
    file, so its memory grows with the file.
    Raises Invalid for a file that cannot be read, NotAllowed, and Conflict if somebody else is importing it.
    """
    facts = inspect_file(source)
    mapping = mapping or propose_mapping(facts.headers)
    mapping.check()
    get_keyring()  # without the keys nothing is begun
    with database.write(actor) as session:
        require(session, actor, Permission.LEADS_IMPORT)
        batch = session.execute(_BATCH, {"sha256": facts.sha256}).one_or_none()
        if batch is None and not dry_run:
            _add_batch(session, actor, facts, mapping, file_name or getattr(source, "name", "Upload"))
            batch = session.execute(_BATCH, {"sha256": facts.sha256}).one()
    if batch is not None and batch.status == "undone":
        raise Conflict("This file was taken in before and undone; change it before taking it in again.")
    if batch is not None and batch.status == "completed":
        return ImportReport(batch.id, rows=batch.row_count, already_imported=batch.row_count)
    run = _Import(database, actor, mapping, progress)
    rows = read_rows(source, facts)
    if dry_run or batch is None:
        run.check(rows)
        return run.report
    run.resume(batch.id, batch.started_at, batch.next_line, _stored_mapping(mapping, batch.column_mapping))
    run.load(row for row in rows if row.line_number >= batch.next_line)
    return _finished(database, actor, facts, run.report)


def _add_batch(session: Session, actor: Actor, facts: FileFacts, mapping: Mapping, file_name: str) -> None:
    values = {
        "file_name": file_name[:200],
        "sha256": facts.sha256,
        "format": facts.format,
        "system": mapping.source_system,
        "mapping": dict(mapping.fields),
        "user_id": actor.user_id,
        "at": now(),
    }
    batch_id = session.scalar(_ADD_BATCH, values)
    audit(session, actor, "import:batch:start", "import_batch", batch_id, sha256=facts.sha256)


def _stored_mapping(mapping: Mapping, stored: dict[str, str]) -> Mapping:
    fields = {Field(name): header for name, header in stored.items()}
    return Mapping(mapping.source_system, mapping.headers, fields, dict.fromkeys(fields, 1.0))


def _finished(database: Database, actor: Actor, facts: FileFacts, report: ImportReport) -> ImportReport:
    """Close the batch, and take the figures of the whole file, of earlier runs too."""
    with database.write(actor) as session:
        session.execute(_FINISH, {"id": report.batch_id})
        batch = session.execute(_BATCH, {"sha256": facts.sha256}).one()
        report.rows, report.landed, report.duplicates = (
            batch.row_count,
            batch.landed_count,
            batch.duplicate_count,
        )
        report.rejected, report.not_sellable = batch.rejected_count, batch.unsellable_count
        report.already_imported = report.rows - report.landed - report.rejected
        audit(
            session, actor, "import:batch:complete", "import_batch", batch.id, rows=report.rows,
            landed=report.landed, duplicates=report.duplicates, rejected=report.rejected,
        )  # fmt: skip
    return report


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection in the block: rows make millions of objects and no cycles, and looking for cycles
    among them takes a sixth of an import's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Import:
    """One run over a file."""

    def __init__(
        self, database: Database, actor: Actor, mapping: Mapping, progress: Callable[[int], None] | None
    ) -> None:
        self.report = ImportReport()
        self._database = database
        self._actor = actor
        self._mapping = mapping
        self._progress = progress or (lambda _: None)
        self._at: datetime = now()
        self._next_line = 0
        self._families = Families()
        self._attribution = Attribution(mapping.source_system)

    def resume(self, batch_id: UUID, at: datetime, next_line: int, mapping: Mapping) -> None:
        """Write for this batch, which began at that instant, from that line on."""
        self.report.batch_id = batch_id
        self._at = at
        self._next_line = next_line
        self._mapping = mapping

    def load(self, rows: Iterator[RawRow]) -> None:
        """Write all rows. One chunk is written while the next is read, checked and encrypted."""
        with self._database.read_primary() as session:
            self._attribution.read(session)
        pending: Future[None] | None = None
        with _no_collection(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="import") as writer:
            for chunk in self._chunks(rows):
                if pending is not None:
                    pending.result()
                pending = writer.submit(self._write, chunk)
            if pending is not None:
                pending.result()

    def check(self, rows: Iterator[RawRow]) -> None:
        """Count what `load` would do, without writing."""
        for chunk in self._chunks(rows):
            with self._database.read_primary() as session:
                self._count(chunk, *self._recognised(session, chunk, claimed))

    def _chunks(self, rows: Iterator[RawRow]) -> Iterator[_Chunk]:
        reader = RowReader(self._mapping, self._at)
        while batch := list(islice(rows, CHUNK_ROWS)):
            keyring = get_keyring()  # for each chunk anew: keys may be rotated during a long import
            chunk = _Chunk(len(batch), batch[-1].line_number + 1)
            for raw in batch:
                found = reader.read(raw)
                if isinstance(found, list):
                    field_name = found[0].field if len(found) == 1 else "row"
                    reason = " ".join(problem.reason for problem in found)
                    chunk.rejected.append(_Rejected(raw.line_number, field_name, reason, raw.text))
                else:
                    chunk.leads.append(landing.seal(keyring, uuid7(), self._key(found), found, self._at))
                    chunk.unread.update(problem.field for problem in found.unread)
            yield chunk

    def _write(self, chunk: _Chunk) -> None:
        """Write one chunk in one transaction."""
        with self._database.write(self._actor) as session:
            require(session, self._actor, Permission.LEADS_IMPORT)
            if session.scalar(_LOCK, {"id": self.report.batch_id}) != self._next_line:
                raise Conflict("This file is being imported by somebody else right now.")
            hold_all(session)
            fresh, roots = self._recognised(session, chunk, claim)
            self._write_leads(session, fresh, roots)
            self._write_rejected(session, chunk.rejected)
            counts = self._count(chunk, fresh, roots)
            session.execute(_ADVANCE, {"id": self.report.batch_id, "next_line": chunk.next_line, **counts})
            mark_changed(session, {business_day(one.lead.created_at or self._at) for one in fresh})
            self._audit_chunk(session, chunk, counts)
        self._families.forget()
        self._next_line = chunk.next_line
        self._progress(self.report.rows)

    def _audit_chunk(self, session: Session, chunk: _Chunk, counts: dict[str, int]) -> None:
        details: dict[str, Any] = {"from_line": self._next_line, "to_line": chunk.next_line - 1, **counts}
        audit(session, self._actor, "import:leads:create", "import_batch", self.report.batch_id, **details)

    def _key(self, lead: IncomingLead) -> str:
        """What a lead is taken in once by: the source system's id of it, else its line in this file."""
        if lead.external_id and self._mapping.source_system is not SourceSystem.OTHER:
            return f"{self._mapping.source_system}:{lead.external_id}"
        return f"import:{self.report.batch_id}:{lead.line_number}"

    def _recognised(
        self, session: Session, chunk: _Chunk, taken_before: TakenBefore
    ) -> tuple[list[SealedLead], list[UUID | None]]:
        """The chunk's leads that are new, and what each duplicates; suppressed ones move to its rejected rows."""
        leads = chunk.leads
        rows = as_rows([sealed.identity for sealed in leads])
        if barred := suppressed(session, rows):
            lines = [sealed.lead.line_number for sealed in leads if sealed.identity.lead in barred]
            chunk.rejected.extend(_Rejected(line, "row", SUPPRESSED_REASON, "") for line in lines)
            leads = [sealed for sealed in leads if sealed.identity.lead not in barred]
            rows = as_rows([sealed.identity for sealed in leads])
        if old := taken_before(session, rows):
            leads = [sealed for sealed in leads if sealed.identity.lead not in old]
        return leads, self._families.roots(session, rows, [sealed.identity for sealed in leads])

    def _write_leads(self, session: Session, leads: list[SealedLead], roots: list[UUID | None]) -> None:
        rows = []
        batch_id = self.report.batch_id
        for sealed, root in zip(leads, roots, strict=True):
            lead = sealed.lead
            source_id = self._attribution.source(session, lead.source)
            created_at = lead.created_at or self._at
            campaign_id = self._attribution.campaign(session, source_id, lead.campaign, created_at)
            rows.append(landing.lead_row(sealed, batch_id, source_id, campaign_id, root, self._at))
        copy_rows(session, landing.LEADS, rows)
        consents = (landing.consent_row(sealed, self._at) for sealed in leads)
        copy_rows(session, landing.CONSENTS, filter(None, consents))
        events = (landing.consent_event_row(sealed, self._at) for sealed in leads)
        copy_rows(session, landing.CONSENT_EVENTS, filter(None, events))

    def _write_rejected(self, session: Session, rejected: list[_Rejected]) -> None:
        delete_after = today() + timedelta(days=REJECTED_DAYS)
        keyring, rows = get_keyring(), []
        for line_number, field_name, reason, row_text in rejected:
            key = uuid7()
            sealed = keyring.seal(SealedField.REJECTED_ROW, key, row_text[:ROW_TEXT_LIMIT])
            rows.append((key, self.report.batch_id, line_number, field_name, reason, sealed, delete_after))
        copy_rows(session, landing.REJECTED, rows)

    def _count(self, chunk: _Chunk, leads: list[SealedLead], roots: list[UUID | None]) -> dict[str, int]:
        """The chunk's figures, added to the report."""
        pairs = list(zip(leads, roots, strict=True))
        counts = {
            "rows": chunk.rows,
            "landed": len(leads),
            "duplicates": sum(root is not None for root in roots),
            "rejected": len(chunk.rejected),
            "unsellable": sum(not (sealed.sellable and root is None) for sealed, root in pairs),
        }
        report = self.report
        report.rows += counts["rows"]
        report.landed += counts["landed"]
        report.duplicates += counts["duplicates"]
        report.rejected += counts["rejected"]
        report.not_sellable += counts["unsellable"]
        report.already_imported = report.rows - report.landed - report.rejected
        report.unread.update(chunk.unread)
        wanted = FIRST_PROBLEMS - len(report.first_problems)
        for line_number, field_name, reason, _ in sorted(chunk.rejected)[: max(wanted, 0)]:
            report.first_problems.append(RowProblem(line_number, field_name, reason))
        return counts
