"""Lists of leads: pages by key, and counts up to a cap."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pandas as pd
import psycopg
from sqlalchemy import Row, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aurum_data.queries.frames import rows_frame
from aurum_data.queries.lead_filter import (
    SORT_COLUMNS,
    Cursor,
    LeadFilter,
    LeadSort,
    beyond,
    conditions,
    order,
)
from aurum_data.queries.lead_search import exact_hits, recognise
from aurum_data.queries.needs import needs
from aurum_data.rules.identity import Permission

PAGE_ROWS = 50
COUNT_CAP = 10_000
LIST_LIMIT_MS = 500  # then the person is told to narrow the filter
COUNT_LIMIT_MS = 30  # then the planner's estimate is taken
WINDOW = 1_000

_LIMIT = text("SELECT set_config('statement_timeout', :limit, true)")
_USUAL_LIMIT = text("SELECT current_setting('statement_timeout')")

# Read by name: the reader of the replica may not see every column, and the list needs only these.
COLUMNS = (
    "id", "created_at", "version", "is_active", "full_name", "phone_masked", "email_masked",
    "property_address", "unit", "zip_code", "borough", "utility", "status", "lead_quality", "lead_score",
    "monthly_bill_usd", "system_kw", "total_revenue_earned", "conversation_count", "export_count",
    "has_export_error", "duplicate_of", "consent_state", "sellable", "do_not_call", "assigned_to",
    "source_id", "campaign_id", "next_callback_at", "last_activity_at",
)  # fmt: skip
NAMES = ("source_name", "assigned_name")
_FIELDS = ", ".join(f"l.{column}" for column in COLUMNS)
# Every index of a list holds either active leads or the others, so each half is read in its own order.
_ACTIVE, _INACTIVE = "l.is_active = true", "l.is_active = false"


@dataclass(frozen=True)
class LeadPage:
    """One page of a list, in the order asked for.

    `frame` has `COLUMNS` and `NAMES`: times are aware, money is Decimal, missing text is NaN or None.
    `next` and `previous` are where the neighbouring pages begin; None where the list ends.
    The first `exact` rows are what the search names exactly; they stand outside the order.
    """

    frame: pd.DataFrame
    next: Cursor | None
    previous: Cursor | None
    exact: int = 0


@dataclass(frozen=True)
class Count:
    """How many leads a filter matches; inexact: an estimate, above the cap or when counting takes long."""

    value: int
    exact: bool


@dataclass(frozen=True)
class _Query:
    """Parts of a list query. `words`: conditions that only trigrams serve; `exact`: ids to put on top."""

    halves: tuple[str, ...]
    alternatives: list[list[str]]
    words: list[str]
    values: dict[str, Any]
    exact: list[UUID]

    @property
    def found(self) -> list[str]:
        """What the search adds to each alternative for a lead to be on any page of the list."""
        if not self.words:
            return []
        found = " AND ".join(self.words)
        return [f"(l.id = ANY (:exact) OR ({found}))" if self.exact else found]

    def selected(self, fields: str, conditions: list[str], *end: str) -> str:
        """A selection of `fields` from each half by each alternative, with an end (order, limit) of each."""
        return (" UNION ALL " if len(self.alternatives) == 1 else " UNION ").join(
            " ".join(["(SELECT", fields, "FROM leads l WHERE", " AND ".join([half, *own, *conditions]), *end, ")"])
            for half in self.halves
            for own in self.alternatives
        )


@needs(Permission.LEADS_READ)
def list_leads(
    session: Session,
    *,
    filter: LeadFilter,  # noqa: A002 - the word for it
    sort: LeadSort = LeadSort(),  # noqa: B008 - frozen
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = PAGE_ROWS,
    longest_ms: int = LIST_LIMIT_MS,
) -> LeadPage:
    """The page after or before a place in the list; without either, the first one.

    Leads that the search names exactly (id, phone, email, a platform's id) stand on top of the first page.
    Raises TooSlow (through the database module) when a statement needs more than `longest_ms`.
    """
    session.execute(_LIMIT, {"limit": str(longest_ms)})
    query = _parts(session, filter)
    backward = before is not None
    place = before if backward else after
    rows = _rows(session, query, sort, place, backward=backward, limit=limit + 1)
    if backward and len(rows) <= limit:  # the beginning was reached: show a whole first page
        place, backward = None, False
        rows = _rows(session, query, sort, None, backward=False, limit=limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    if backward:
        rows.reverse()
    exact = _exact_rows(session, query, sort) if place is None and query.words and query.exact else []
    column = SORT_COLUMNS[sort.by][0]
    ends = [Cursor(getattr(row, column), row.id) for row in (rows[0], rows[-1])] if rows else [None, None]
    return LeadPage(
        frame=rows_frame([*COLUMNS, *NAMES], [*exact, *rows]),
        next=ends[1] if more or backward else None,
        previous=ends[0] if place else None,
        exact=len(exact),
    )


@needs(Permission.LEADS_READ)
def count_leads(session: Session, filter: LeadFilter, cap: int = COUNT_CAP, *, seen: int = 0) -> Count:  # noqa: A002
    """How many leads match: exact up to the cap, else about how many, as the planner estimates.

    An estimate is never less than the `seen` leads that are known to match.
    """
    query = _parts(session, filter)
    usual, value = session.scalar(_USUAL_LIMIT), 0
    try:
        with session.begin_nested():
            session.execute(_LIMIT, {"limit": str(COUNT_LIMIT_MS)})
            which = "l.id" if len(query.alternatives) > 1 else ""  # without it, any index is enough
            matched = query.selected(which, query.found, "LIMIT :cap + 1")
            counted = _sql("SELECT count(*) FROM (", matched, ") matched")
            value = session.scalar(counted, query.values | {"cap": cap}) or 0
            session.execute(_LIMIT, {"limit": usual})  # a release that is cut short would end the whole transaction
        if value <= cap:
            return Count(value, exact=True)
    except DBAPIError as error:
        if not isinstance(error.orig, psycopg.errors.QueryCanceled):
            raise
    plan = session.scalar(_sql("EXPLAIN (FORMAT JSON)", query.selected("l.id", query.found)), query.values)
    plans = json.loads(plan) if isinstance(plan, str) else plan
    return Count(max(value, seen, int(plans[0]["Plan"]["Plan Rows"])), exact=False)


@needs(Permission.LEADS_READ)
def count_matching(session: Session, filter: LeadFilter, leads: Collection[UUID]) -> int:  # noqa: A002
    """How many of these leads match."""
    query = _parts(session, filter)
    found = query.selected("l.id", [*query.found, "l.id = ANY (:chosen)"])
    return session.scalar(_sql("SELECT count(*) FROM (", found, ") l"), query.values | {"chosen": list(leads)}) or 0


@needs(Permission.LEADS_READ)
def matching_versions(session: Session, filter: LeadFilter, most: int) -> dict[UUID, int] | None:  # noqa: A002
    """Every lead that matches at this moment with its version, for a change of all of them; None: more than `most`."""
    query = _parts(session, filter)
    found = query.selected("l.id, l.version", query.found, "LIMIT :most + 1")
    rows = session.execute(
        _sql("SELECT id, version FROM (", found, ") l ORDER BY id LIMIT :most + 1"), query.values | {"most": most}
    )
    versions = {row.id: row.version for row in rows}
    return versions if len(versions) <= most else None


def _parts(session: Session, chosen: LeadFilter) -> _Query:
    """The query that a filter stands for; looks up what the search names exactly."""
    alternatives, values = conditions(chosen)
    halves = (_ACTIVE, _INACTIVE) if chosen.include_inactive else (_ACTIVE,)
    search = recognise(chosen.search)
    if search.is_empty:
        return _Query(halves, alternatives, [], values, [])
    exact = exact_hits(session, search)
    words, patterns = search.conditions()
    if not words:
        for own in alternatives:
            own.append("l.id = ANY (:exact)")
    return _Query(halves, alternatives, words, values | patterns | {"exact": exact}, exact)


def _rows(
    session: Session, query: _Query, sort: LeadSort, place: Cursor | None, *, backward: bool, limit: int
) -> list[Row[Any]]:
    """Rows in list order (reversed for a step backward), at most `limit`."""
    values = query.values | {"limit": limit, "window": WINDOW}
    beyond_place: list[str] = []
    if place:
        condition, cursor = beyond(sort, place, backward=backward)
        beyond_place.append(condition)
        values |= cursor
    by = order(sort, backward=backward)
    if not query.words:
        return _named(session, query.selected(_FIELDS, beyond_place, "ORDER BY", by, "LIMIT :limit"), by, values)
    # Words that many leads have are found at once at the head of the list; words that few have, through the
    # trigram indexes. The planner cannot tell the two apart, so the head is tried first.
    words = [*query.words, "l.id <> ALL (:exact)"]
    heads = query.selected(_FIELDS, beyond_place, "ORDER BY", by, "LIMIT :window")
    head = " ".join(["SELECT * FROM (", heads, ") l ORDER BY", by, "LIMIT :window"])
    among = " ".join(["SELECT", _FIELDS, "FROM (", head, ") l WHERE", " AND ".join(words)])
    found = _named(session, among, by, values)
    if len(found) == limit:
        return found
    hits = query.selected(f"l.id, l.{SORT_COLUMNS[sort.by][0]}", [*beyond_place, *words])
    top = " ".join(["SELECT l.id FROM hits l ORDER BY", by, "LIMIT :limit"])
    rest = " ".join(["SELECT", _FIELDS, "FROM (", top, ") hit JOIN leads l ON l.id = hit.id"])
    return _named(session, rest, by, values, before=f"WITH hits AS MATERIALIZED ({hits})")


def _exact_rows(session: Session, query: _Query, sort: LeadSort) -> list[Row[Any]]:
    """The rows that the search names exactly, as far as they pass the filter."""
    selected = query.selected(_FIELDS, ["l.id = ANY (:exact)"])
    by = order(sort, backward=False)
    return _named(session, selected, by, query.values | {"limit": len(query.exact)})


def _named(session: Session, selected: str, by: str, values: dict[str, Any], *, before: str = "") -> list[Row[Any]]:
    """The first `limit` of a selection of leads, with the names of their sources and people beside them."""
    statement = _sql(
        *(before, "SELECT", _FIELDS, ", s.source_name, u.full_name AS assigned_name"),
        *("FROM (SELECT * FROM (", selected, ") l ORDER BY", by, "LIMIT :limit) l"),
        "LEFT JOIN lead_sources s ON s.id = l.source_id LEFT JOIN users u ON u.id = l.assigned_to",
        *("ORDER BY", by),
    )
    return list(session.execute(statement, values))


def _sql(*parts: str) -> TextClause:
    """A statement put together from constants; values are bound."""
    return text(" ".join(parts))
