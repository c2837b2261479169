"""Lists of leads as files: asked for on the page, fetched once from a route, recorded with how they ended.

What the file holds is kept here and not in an address: a search may be a name or a phone number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql import bindparam
from uuid_utils.compat import uuid7

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.reveals import LONGEST_REASON
from aurum_data.actions.security_events import record_security_event
from aurum_data.downloads.columns import COLUMNS
from aurum_data.errors import Invalid, NotFound
from aurum_data.rules.downloads import FETCH_MINUTES, LARGEST_XLSX, MANY_ROWS, TOO_MANY_FOR_XLSX, FileFormat
from aurum_data.rules.freeze import Freeze
from aurum_data.rules.identity import Permission
from aurum_data.rules.security_events import SecurityEventKind
from aurum_data.rules.typed import typed_text
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

_ASK = text("""
    INSERT INTO list_downloads
        (id, user_ref, file_format, filter, search_encrypted, sort_by, descending, columns, in_clear, reason)
    VALUES (:id, :user_id, :file_format, :filter, :search, :sort_by, :descending, :columns, :in_clear, :reason)
""").bindparams(bindparam("filter", type_=JSONB))
# One statement, so that two requests at once cannot both begin.
_BEGIN = text("""
    UPDATE list_downloads SET started_at = now()
    WHERE id = :download_id AND user_ref = :user_id AND started_at IS NULL
      AND created_at > now() - make_interval(mins => :minutes)
    RETURNING id, file_format, filter, search_encrypted, sort_by, descending, columns, in_clear, reason
""")
_FINISH = text("""
    UPDATE list_downloads d SET finished_at = now(), row_count = :rows, is_complete = :complete
    FROM users u WHERE d.id = :download_id AND u.id = d.user_ref AND d.finished_at IS NULL
    RETURNING d.user_ref, u.username, u.full_name, d.file_format, d.filter, d.search_encrypted, d.in_clear, d.reason
""")


@dataclass(frozen=True)
class ListDownload:
    """A file that may be fetched now.

    `filter`: as queries.lead_filter_json writes it; `sort_by`: a queries.lead_filter.SortKey; `columns`: keys of
    downloads.columns.COLUMNS.
    """

    download_id: UUID
    file_format: FileFormat
    filter: Mapping[str, Any]
    sort_by: str
    descending: bool
    columns: tuple[str, ...]
    in_clear: bool


def ask_download(
    session: Session,
    actor: Actor,
    *,
    filter: Mapping[str, Any],  # noqa: A002 - the word for it
    sort_by: str,
    descending: bool,
    file_format: FileFormat,
    columns: Sequence[str],
    about: int,
    in_clear: bool = False,
    reason: str = "",
) -> UUID:
    """Allow a list of leads to be fetched as a file within the next minutes, once; give its id.

    `filter`, `sort_by`, `columns`: as in ListDownload; the file has exactly these columns, in this order. `about`: how
    many leads match, as the list says. `in_clear`: with phone numbers and emails, which takes the right to them, a
    fresh confirmation and a reason. Raises Invalid without columns or for one that no file has, without a reason, or
    for a workbook that would be too large; NotAllowed, ConfirmationNeeded, ReadOnly.
    """
    require(session, actor, Permission.LEADS_EXPORT, stopped_by=Freeze.STOP_EXPORTS)
    if in_clear:
        require(session, actor, Permission.LEADS_READ_PII, fresh=True)
    reason = typed_text(reason, "reason", LONGEST_REASON)
    if in_clear and not reason:
        raise Invalid("Say why you need contact data: it is recorded with the file.")
    kept = list(dict.fromkeys(columns))
    if not kept:
        raise Invalid("Choose at least one column.")
    if not set(kept) <= set(COLUMNS):
        raise Invalid("One of these columns is none that a file can have: choose them again.")
    if file_format is FileFormat.XLSX and about > LARGEST_XLSX:
        raise Invalid(TOO_MANY_FOR_XLSX)
    download_id, plain = uuid7(), dict(filter)
    search = plain.pop("search", None)
    values = {
        "id": download_id, "user_id": actor.user_id, "file_format": file_format, "filter": plain,
        "search": search and get_keyring().seal(SealedField.DOWNLOAD_SEARCH, download_id, search),
        "sort_by": sort_by, "descending": descending, "columns": kept, "in_clear": in_clear, "reason": reason or None,
    }  # fmt: skip
    session.execute(_ASK, values)
    return download_id


def begin_download(session: Session, actor: Actor, *, download_id: UUID) -> ListDownload:
    """Begin to fetch a file that this person asked for; it cannot be begun a second time.

    Raises NotFound when there is none, it was fetched, or too much time went by; NotAllowed, ReadOnly.
    """
    require(session, actor, Permission.LEADS_EXPORT, stopped_by=Freeze.STOP_EXPORTS)
    row = session.execute(
        _BEGIN, {"download_id": download_id, "user_id": actor.user_id, "minutes": FETCH_MINUTES}
    ).one_or_none()
    if row is None:
        raise NotFound("This file was fetched before, or asked for too long ago. Ask for it again.")
    if row.in_clear:
        require(session, actor, Permission.LEADS_READ_PII)
    audit(session, actor, "leads:list:download", "list_download", row.id, reason=row.reason, **_said(row))
    filters = dict(row.filter)
    if row.search_encrypted is not None:
        filters["search"] = get_keyring().open(SealedField.DOWNLOAD_SEARCH, row.id, row.search_encrypted)
    return ListDownload(
        row.id, FileFormat(row.file_format), filters, row.sort_by, row.descending, tuple(row.columns), row.in_clear
    )


def go_on(session: Session, actor: Actor, *, in_clear: bool = False) -> None:
    """Refuse the next piece of a file once the right, the session or the switch for it is gone."""
    require(session, actor, Permission.LEADS_EXPORT, stopped_by=Freeze.STOP_EXPORTS)
    if in_clear:
        require(session, actor, Permission.LEADS_READ_PII)


def finish_download(session: Session, *, download_id: UUID, rows: int, complete: bool) -> None:
    """Record how many rows left, and whether the file is whole. Asks for no right: it happened."""
    row = session.execute(_FINISH, {"download_id": download_id, "rows": rows, "complete": complete}).one_or_none()
    if row is None:
        return
    actor = Actor(user_id=row.user_ref, username=row.username, full_name=row.full_name)
    audit(session, actor, "leads:list:downloaded", "list_download", download_id, reason=row.reason,
          rows=rows, complete=complete, **_said(row))  # fmt: skip
    if rows >= MANY_ROWS:
        record_security_event(
            session, SecurityEventKind.EXPORT_LARGE, user_id=row.user_ref, address=None, what="list of leads", rows=rows
        )


def briefly(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as a person is told of them: of leads chosen one by one, their number."""
    chosen = len(filters.get("leads", ()))
    return dict(filters) | ({"leads": f"{chosen:,} selected"} if chosen else {})


def _said(row: Any) -> dict[str, Any]:
    """What the audit trail keeps of a file: its filters, but not what was searched for."""
    searched = {} if row.search_encrypted is None else {"search": "(not kept here)"}
    return {"file_format": row.file_format, "in_clear": row.in_clear, "filters": briefly(row.filter) | searched}
