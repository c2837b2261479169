"""A filter of leads as JSON: what is written is read back, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.queries.lead_filter import Duplicates, Join, LeadConditions, LeadFilter
from aurum_data.queries.lead_filter_json import _CONDITIONS, _FILTER, from_json, to_json
from aurum_data.queries.lead_happened import Happened
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadEvent, LeadQuality, LeadStatus
from aurum_data.rules.periods import NamedPeriod
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState

SOMEBODY = UUID("01a1ffc8-b0bc-798e-94e9-b676dc19e8a0")


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


def in_order(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    """Two ends of a range, either of which may be open."""
    pairs = st.tuples(st.none() | values, st.none() | values)
    return pairs.map(lambda ends: ends if None in ends else tuple(sorted(ends)))


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    low, high = draw(in_order(st.integers(0, 100)))
    period = draw(st.none() | st.sampled_from(NamedPeriod))
    days = in_order(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
    first, last = draw(days) if period is None else (None, None)
    return {
        "statuses": draw(some(st.sampled_from(LeadStatus))),
        "qualities": draw(some(st.sampled_from(LeadQuality))),
        "lowest_score": low,
        "highest_score": high,
        "boroughs": draw(some(st.sampled_from(Borough))),
        "zip_codes": draw(some(st.text(max_size=5))),
        "utilities": draw(some(st.sampled_from(Utility))),
        "created": period,
        "created_from": first,
        "created_to": last,
        "sources": draw(some(st.uuids())),
        "campaigns": draw(some(st.uuids())),
        "platforms": draw(some(st.uuids())),
        "export_statuses": draw(some(st.sampled_from(ExportStatus))),
        "assigned_to": draw(st.none() | st.sampled_from(["nobody", "me"]) | st.uuids()),
        "consent_states": draw(some(st.sampled_from(ConsentState))),
        "has_export_error": draw(st.booleans()),
        "duplicates": draw(st.sampled_from(Duplicates)),
    }


groups = parts().map(lambda chosen: LeadConditions(**chosen)).filter(lambda group: group != LeadConditions())
days_in_order = st.tuples(*[st.dates(date(2020, 1, 1), date(2030, 12, 31))] * 2).map(sorted)
happenings = st.builds(
    lambda event, days, reasons: Happened(
        event=event, first=days[0], last=days[1], details=reasons if event is LeadEvent.DELIVERED else ()
    ),
    st.sampled_from(LeadEvent),
    days_in_order,
    some(st.text(max_size=10)),
)
filters = st.builds(
    lambda chosen, **others: LeadFilter(**chosen, **others),
    parts(),
    search=st.text(max_size=20),
    include_inactive=st.booleans(),
    leads=some(st.uuids()),
    happened=st.none() | happenings,
    groups=st.lists(groups, max_size=2).map(tuple),
    groups_joined=st.sampled_from(Join),
)


@given(filters)
def test_a_filter_comes_back_as_it_was(chosen: LeadFilter) -> None:
    assert from_json(json.loads(json.dumps(to_json(chosen)))) == chosen


def test_a_filter_that_filters_nothing_is_empty() -> None:
    assert to_json(LeadFilter()) == {}


def test_every_part_of_a_filter_can_be_read() -> None:
    assert set(_FILTER) == {field.name for field in fields(LeadFilter)}
    assert set(_CONDITIONS) == {field.name for field in fields(LeadConditions)}


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "new",
        {"colour": "green"},
        {"statuses": "new"},
        {"statuses": ["asleep"]},
        {"statuses": [["new"]]},
        {"statuses": None},
        {"lowest_score": "1"},
        {"lowest_score": True},
        {"lowest_score": 1.5},
        {"lowest_score": 60, "highest_score": 40},
        {"created": "Next week"},
        {"created": "Today", "created_from": "2026-11-22"},
        {"created_from": "22 Nov 2026"},
        {"created_from": 20261122},
        {"created_from": "20261122"},
        {"created_from": "2026-11-22", "created_to": "2026-11-21"},
        {"sources": ["google"]},
        {"sources": [1]},
        {"sources": [SOMEBODY.hex]},
        {"assigned_to": "somebody"},
        {"has_export_error": 1},
        {"duplicates": "maybe"},
        {"search": 7},
        {"groups": {"statuses": ["new"]}},
        {"groups": [{}]},
        {"groups": [{"search": "Kim"}]},
        {"groups": [{"groups": [{"statuses": ["new"]}]}]},
        {"groups": [{"statuses": ["new"]}] * 6},
        {"groups_joined": "xor"},
    ],
)
def test_anything_else_is_refused(stored: Any) -> None:
    with pytest.raises(Invalid):
        from_json(stored)


def test_what_is_written_is_plain_and_short() -> None:
    chosen = LeadFilter(
        statuses=(LeadStatus.NEW,),
        created_from=date(2026, 11, 22),
        assigned_to=SOMEBODY,
        groups=(LeadConditions(has_export_error=True), LeadConditions(boroughs=(Borough.QUEENS,))),
    )
    assert to_json(chosen) == {
        "statuses": ["new"],
        "created_from": "2026-11-22",
        "assigned_to": str(SOMEBODY),
        "groups": [{"has_export_error": True}, {"boroughs": ["Queens"]}],
    }
