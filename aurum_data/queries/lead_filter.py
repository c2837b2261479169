"""Which leads a list shows, and in which order: filter, sort, and the fixed SQL fragments they stand for.

Values reach the database as bound parameters only; what is put together here are constants of this file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import product
from math import prod
from typing import Any, Literal, TypeVar
from uuid import UUID

from aurum_data.clock import day_range, day_start
from aurum_data.errors import Invalid
from aurum_data.queries.lead_happened import Happened, happened_condition
from aurum_data.rules.geography import Borough, Utility, borough_of_zip
from aurum_data.rules.leads import LeadEvent, LeadQuality, LeadStatus
from aurum_data.rules.periods import NamedPeriod, days_of
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState


class Duplicates(StrEnum):
    """What to do with leads that point to a surviving one."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    ONLY = "only"


class Join(StrEnum):
    """How the groups of a filter are joined; the conditions within a group are joined by the other."""

    OR = "or"
    AND = "and"


NOWHERE = ""  # a ZIP code that lies in no borough
MOST_GROUPS = 5
MOST_ALTERNATIVES = 9  # of groups joined by AND: one condition of each


@dataclass(frozen=True, kw_only=True)
class LeadConditions:
    """Conditions on leads; several values in one part are alternatives.

    `created_from` and `created_to` are New York days, both included. `assigned_to` is a person, or "nobody".
    `platforms` and `export_statuses` must hold for one and the same delivery.
    What is kept for later may say `created` as a period, and `assigned_to` "me": `settled` makes days and a person
    of them. Raises Invalid for a range that ends before it begins.
    """

    statuses: tuple[LeadStatus, ...] = ()
    qualities: tuple[LeadQuality, ...] = ()
    lowest_score: int | None = None
    highest_score: int | None = None
    boroughs: tuple[Borough, ...] = ()
    zip_codes: tuple[str, ...] = ()
    utilities: tuple[Utility, ...] = ()
    created: NamedPeriod | None = None
    created_from: date | None = None
    created_to: date | None = None
    sources: tuple[UUID, ...] = ()
    campaigns: tuple[UUID, ...] = ()
    platforms: tuple[UUID, ...] = ()
    export_statuses: tuple[ExportStatus, ...] = ()
    assigned_to: UUID | Literal["nobody", "me"] | None = None
    consent_states: tuple[ConsentState, ...] = ()
    has_export_error: bool = False
    duplicates: Duplicates = Duplicates.SHOWN

    def __post_init__(self) -> None:
        if self.created_from and self.created_to and self.created_to < self.created_from:
            raise Invalid("The first day of the range lies after the last one.")
        if self.created and (self.created_from or self.created_to):
            raise Invalid("Choose either a period or its first and last day.")
        if None not in (self.lowest_score, self.highest_score) and self.highest_score < self.lowest_score:  # type: ignore[operator]
            raise Invalid("The lowest score of the range is above the highest one.")


@dataclass(frozen=True, kw_only=True)
class LeadFilter(LeadConditions):
    """Which leads: every part that is set must hold, and so must the groups, joined as `groups_joined` says.

    With OR between the groups a lead must meet all conditions of one of them; with AND, one condition of each.
    A range, and the platforms and states of one delivery, are one condition. `happened` is what happened on some days;
    `platforms` and `export_statuses` then are those of that delivery, sale or return. `leads`: chosen one by one.
    Raises Invalid also for too many groups and for one without conditions.
    """

    search: str = ""
    include_inactive: bool = False
    happened: Happened | None = None
    leads: tuple[UUID, ...] = ()
    groups: tuple[LeadConditions, ...] = ()
    groups_joined: Join = Join.OR

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.groups) > MOST_GROUPS:
            raise Invalid(f"A filter has at most {MOST_GROUPS} groups.")
        if LeadConditions() in self.groups:
            raise Invalid("A group of conditions is empty: add a condition to it, or remove it.")


Conditions = TypeVar("Conditions", bound=LeadConditions)


def settled(chosen: LeadFilter, *, me: UUID | None, day: date) -> LeadFilter:
    """The filter for a person on a New York day: "me" becomes that person, a named period its days."""
    groups = tuple(_settled(group, me, day) for group in chosen.groups)
    return replace(_settled(chosen, me, day), groups=groups)


def _settled(chosen: Conditions, me: UUID | None, day: date) -> Conditions:
    if chosen.created is not None:
        first, last = days_of(chosen.created, day)
        chosen = replace(chosen, created=None, created_from=first, created_to=last)
    if chosen.assigned_to == "me":
        if me is None:
            raise Invalid("Only a person has leads that are assigned to them.")
        chosen = replace(chosen, assigned_to=me)
    return chosen


def within(chosen: LeadFilter, boroughs: frozenset[str] | None) -> LeadFilter:
    """The same filter for a person limited to some boroughs; None: no limit.

    Row-level security would leave the others out as well, but only after it has looked at them.
    """
    if boroughs is None:
        return chosen
    kept = tuple(borough for borough in chosen.boroughs or Borough if borough in boroughs)
    return replace(chosen, boroughs=kept) if kept else replace(chosen, zip_codes=(NOWHERE,))


class SortKey(StrEnum):
    """What a list may be ordered by; each has an index that holds the order."""

    CREATED = "created"
    SCORE = "score"
    REVENUE = "revenue"
    ACTIVITY = "activity"


@dataclass(frozen=True)
class LeadSort:
    """An order of leads; the id breaks ties, in the same direction."""

    by: SortKey = SortKey.CREATED
    descending: bool = True


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list: the sort value and the id of a lead."""

    value: datetime | int | Decimal
    lead_id: UUID


# Column and type that a cursor's value is compared as.
SORT_COLUMNS = {
    SortKey.CREATED: ("created_at", "timestamptz"),
    SortKey.SCORE: ("lead_score", "integer"),
    SortKey.REVENUE: ("total_revenue_earned", "numeric"),
    SortKey.ACTIVITY: ("last_activity_at", "timestamptz"),
}

# "#" stands for the group that a condition is in, "" for none: each has parameters of its own.
# One value as an equation: an index on (column, order) then gives the rows in order; for several it cannot.
_AMONG = {
    part: (f"l.{column} = :{part}#", f"l.{column} = ANY (:{part}#)")
    for part, column in {
        "statuses": "status",
        "qualities": "lead_quality",
        "boroughs": "borough",
        "zip_codes": "zip_code",
        "utilities": "utility",
        "sources": "source_id",
        "consent_states": "consent_state",
    }.items()
}
# A campaign is one of a source. With that named, the leads of one that ended long ago are found by time among the
# source's, not among all.
_AMONG["campaigns"] = (
    "(l.campaign_id = :campaigns# AND l.source_id = (SELECT c.source_id FROM campaigns c WHERE c.id = :campaigns#))",
    "l.campaign_id = ANY (:campaigns#)",
)
_EXPORTED = {
    chosen: f"EXISTS (SELECT FROM lead_exports e WHERE e.lead_id = l.id AND {condition})"
    for chosen, condition in {
        (True, False): "e.platform_id = ANY (:platforms#)",
        (False, True): "e.status = ANY (:export_statuses#)",
        (True, True): "e.platform_id = ANY (:platforms#) AND e.status = ANY (:export_statuses#)",
    }.items()
}


def conditions(chosen: LeadFilter) -> tuple[list[list[str]], dict[str, Any]]:
    """What the filter says of `leads l`, but for the search text and inactive leads, and the parameters of it.

    Alternatives: a lead matches when every condition of one of them holds. Each is looked up by itself, since no index
    serves an OR of conditions on several columns, or on leads and their deliveries.
    """
    if any(part.created is not None or part.assigned_to == "me" for part in (chosen, *chosen.groups)):
        raise ValueError("the filter has yet to be settled")
    asked = chosen
    if chosen.happened and chosen.happened.event is LeadEvent.DELIVERED:
        asked = replace(chosen, platforms=(), export_statuses=())  # of that very delivery: below
    own, values = _own_conditions(_placed(asked), "")
    if chosen.happened:
        condition, parameters = happened_condition(chosen.happened, chosen.platforms, chosen.export_statuses)
        own.append(condition)
        values |= parameters
    if chosen.leads:
        own.append("l.id = ANY (:leads)")
        values["leads"] = list(chosen.leads)
    groups: list[list[str]] = []
    for number, group in enumerate(chosen.groups):
        whole = _placed(group) if chosen.groups_joined is Join.OR else group
        parts, of_group = _own_conditions(whole, f"_{number}")
        groups.append(parts)
        values |= of_group
    if groups and chosen.groups_joined is Join.OR:
        return [[*own, *parts] for parts in groups], values
    if prod(map(len, groups)) <= MOST_ALTERNATIVES:
        return [[*own, *parts] for parts in product(*groups)], values
    return [[*own, *("(" + " OR ".join(parts) + ")" for parts in groups)]], values


def _placed(chosen: Conditions) -> Conditions:
    """Conditions that must all hold, with boroughs left out where ZIP codes say the same more closely.

    The planner takes the two for independent, and would look for Brooklyn's ZIP codes in Queens through all leads.
    """
    if not (chosen.boroughs and chosen.zip_codes):
        return chosen
    inside = tuple(zip_code for zip_code in chosen.zip_codes if borough_of_zip(zip_code) in chosen.boroughs)
    return replace(chosen, boroughs=(), zip_codes=inside or (NOWHERE,))


def _own_conditions(chosen: LeadConditions, group: str) -> tuple[list[str], dict[str, Any]]:
    """One condition for each part that is set, groups left out; `group` ends the names of the parameters."""
    wheres, values = _among(chosen)
    for bounds in (
        (
            ("lowest_score", "l.lead_score >= :lowest_score#", chosen.lowest_score),
            ("highest_score", "l.lead_score <= :highest_score#", chosen.highest_score),
        ),
        (
            ("created_from", "l.created_at >= :created_from#", _begin(chosen.created_from)),
            ("created_to", "l.created_at < :created_to#", _end(chosen.created_to)),
        ),
    ):
        if ends := [sql for _, sql, value in bounds if value is not None]:
            wheres.append("(" + " AND ".join(ends) + ")")
            values |= {part: value for part, _, value in bounds if value is not None}
    exported = (bool(chosen.platforms), bool(chosen.export_statuses))
    if any(exported):
        wheres.append(_EXPORTED[exported])
        values["platforms"] = list(chosen.platforms)
        values["export_statuses"] = [str(status) for status in chosen.export_statuses]
    if chosen.assigned_to == "nobody":
        wheres.append("l.assigned_to IS NULL")
    elif chosen.assigned_to is not None:
        wheres.append("l.assigned_to = :assigned_to#")
        values["assigned_to"] = chosen.assigned_to
    if chosen.has_export_error:
        wheres.append("l.has_export_error")
    if chosen.duplicates is not Duplicates.SHOWN:
        only = chosen.duplicates is Duplicates.ONLY
        wheres.append("l.duplicate_of IS NOT NULL" if only else "l.duplicate_of IS NULL")
    return [sql.replace("#", group) for sql in wheres], {f"{part}{group}": value for part, value in values.items()}


def _among(chosen: LeadConditions) -> tuple[list[str], dict[str, Any]]:
    """The conditions on columns that must have one of some values."""
    wheres: list[str] = []
    values: dict[str, Any] = {}
    for part, (one, several) in _AMONG.items():
        wanted = getattr(chosen, part)
        if wanted == (NOWHERE,):
            wheres.append("false")
        elif wanted:
            wheres.append(one if len(wanted) == 1 else several)
            values[part] = _plain(wanted[0]) if len(wanted) == 1 else [_plain(value) for value in wanted]
    return wheres, values


def beyond(sort: LeadSort, cursor: Cursor, *, backward: bool) -> tuple[str, dict[str, Any]]:
    """The condition that a lead comes after the cursor in the list, or before it, and its parameters."""
    column, kind = SORT_COLUMNS[sort.by]
    sign = "<" if sort.descending != backward else ">"
    sql = f"(l.{column}, l.id) {sign} (CAST(:cursor_value AS {kind}), CAST(:cursor_id AS uuid))"
    return sql, {"cursor_value": cursor.value, "cursor_id": cursor.lead_id}


def order(sort: LeadSort, *, backward: bool, table: str = "l") -> str:
    """The ORDER BY list, reversed for a step backward."""
    column, _ = SORT_COLUMNS[sort.by]
    direction = "DESC" if sort.descending != backward else "ASC"
    return f"{table}.{column} {direction}, {table}.id {direction}"


def _begin(day: date | None) -> datetime | None:
    return day_start(day) if day else None


def _end(day: date | None) -> datetime | None:
    return day_range(day, day)[1] if day else None


def _plain(value: UUID | str) -> UUID | str:
    return str(value) if isinstance(value, StrEnum) else value
