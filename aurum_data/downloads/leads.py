"""A list of leads as a file, piece by piece: short reads page by page, so that nothing is held open meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from aurum_data.actions.core import Actor
from aurum_data.actions.list_downloads import ListDownload, briefly, finish_download, go_on
from aurum_data.clock import NEW_YORK, now, today
from aurum_data.database import Database
from aurum_data.downloads.columns import CLEAR, COLUMNS, Column
from aurum_data.downloads.writers import WRITERS
from aurum_data.errors import AurumError, Invalid
from aurum_data.queries.lead_figures import offered
from aurum_data.queries.lead_filter import LeadSort, SortKey, settled, within
from aurum_data.queries.lead_filter_json import from_json
from aurum_data.queries.leads import list_leads
from aurum_data.rules.downloads import LARGEST_XLSX, TOO_MANY_FOR_XLSX, FileFormat
from aurum_data.security.encryption import get_keyring
from aurum_data.security.fields import SealedField

PAGE_ROWS = 2_000
PAGE_LIMIT_MS = 20_000
_SEALED = text("SELECT id, phone_encrypted, email_encrypted FROM leads WHERE id = ANY (:ids)")


def lead_file(database: Database, actor: Actor, asked: ListDownload) -> Iterator[bytes]:
    """The file that `actions.list_downloads.begin_download` allowed.

    Whoever loses the right, the session or the switch on the way gets no further piece: the file stays without its
    end. How it ended is recorded with the count of rows. Raises Invalid, before any byte, when more leads match by now
    than a workbook holds: until here their number was estimated.
    """
    columns = [_clear(COLUMNS[name]) if asked.in_clear else COLUMNS[name] for name in asked.columns]
    writer, rows, complete = WRITERS[asked.file_format](columns), 0, False
    as_of, known = now(), database.query(None, offered)
    names = {
        str(key): name
        for part in (known.sources, known.campaigns, known.platforms, known.people)
        for key, name in part.items()
    }
    try:
        for page in _pages(database, actor, asked):
            if asked.file_format is FileFormat.XLSX and rows + len(page) > LARGEST_XLSX:
                rows = 0  # none has left: a workbook goes out whole
                raise Invalid(TOO_MANY_FOR_XLSX)
            rows += len(page)
            yield writer.rows([[lead[column.name] for column in columns] for lead in page])
        about = {
            "Rows": str(rows),
            "As of": f"{as_of.astimezone(NEW_YORK):%Y-%m-%d %H:%M} ET",
            "For": actor.full_name,
            "Filters": _in_words(briefly(asked.filter), names) or "none: all leads",
            "Contact data": "in the clear" if asked.in_clear else "masked",
        }
        yield from writer.end(about)
        complete = True
    finally:
        if not complete:
            writer.drop()
        with suppress(AurumError), database.write(None) as session:
            finish_download(session, download_id=asked.download_id, rows=rows, complete=complete)


def _pages(database: Database, actor: Actor, asked: ListDownload) -> Iterator[list[dict[str, Any]]]:
    """The leads page by page, as the list shows them, those beyond the actor's limits left out."""
    whole = settled(from_json(asked.filter), me=actor.user_id, day=today())
    chosen, sort, after = within(whole, actor.scope_boroughs), LeadSort(SortKey(asked.sort_by), asked.descending), None
    while True:
        with database.read_primary() as session:
            go_on(session, actor, in_clear=asked.in_clear)
        page = database.query(
            actor, list_leads, filter=chosen, sort=sort, after=after, limit=PAGE_ROWS, longest_ms=PAGE_LIMIT_MS
        )
        plain, names = page.frame.astype(object).where(page.frame.notna(), None), list(map(str, page.frame))
        leads = [dict(zip(names, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
        if asked.in_clear:
            _open(database, leads)
        yield leads
        after = page.next
        if after is None:
            return


def _in_words(part: Any, names: Mapping[str, str]) -> str:
    """A filter as a line of text: "statuses: new, contacted; zip codes: 11215"."""
    if isinstance(part, Mapping):
        return "; ".join(f"{name.replace('_', ' ')}: {_in_words(value, names)}" for name, value in part.items())
    if isinstance(part, list):
        return ", ".join(
            f"({_in_words(one, names)})" if isinstance(one, Mapping) else _in_words(one, names) for one in part
        )
    return names.get(str(part), str(part))


def _clear(column: Column) -> Column:
    return replace(column, name=CLEAR.get(column.name, column.name))


def _open(database: Database, leads: Sequence[dict[str, Any]]) -> None:
    """Put phone numbers and emails in the clear beside the masked ones. Only the primary has them."""
    keyring, ids = get_keyring(), [lead["id"] for lead in leads]
    with database.read_primary() as session:
        sealed = {row.id: row for row in session.execute(_SEALED, {"ids": ids})}
    for lead in leads:
        row = sealed.get(lead["id"])
        for name, field in (("phone", SealedField.LEAD_PHONE), ("email", SealedField.LEAD_EMAIL)):
            value = getattr(row, f"{name}_encrypted", None)
            lead[name] = None if value is None else keyring.open(field, UUID(str(lead["id"])), value)
