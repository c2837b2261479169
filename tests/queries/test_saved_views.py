"""Reading saved views: what is written is read back, and a view in another form says so."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.actions.core import Actor
from aurum_data.database import Database
from aurum_data.errors import Invalid
from aurum_data.queries.lead_filter import LeadFilter, LeadSort, SortKey
from aurum_data.queries.saved_views import LeadView, my_views, read_view, write_view
from aurum_data.rules.identity import Permission
from aurum_data.rules.leads import LeadStatus
from aurum_data.rules.periods import NamedPeriod

VIEWS = st.builds(
    LeadView,
    filter=st.builds(
        LeadFilter,
        statuses=st.lists(st.sampled_from(LeadStatus), max_size=3).map(tuple),
        created=st.none() | st.sampled_from(NamedPeriod),
        assigned_to=st.sampled_from([None, "me", "nobody"]),
    ),
    sort=st.builds(LeadSort, st.sampled_from(SortKey), st.booleans()),
    columns=st.lists(st.text(max_size=10), max_size=4).map(tuple),
)
GOOD = write_view(LeadView())


@given(VIEWS)
def test_a_view_comes_back_as_it_was(view: LeadView) -> None:
    assert read_view(write_view(view)) == view


def test_what_was_searched_is_not_part_of_a_saved_view() -> None:
    assert write_view(LeadView(filter=LeadFilter(search="Kim"))) == GOOD


def test_a_person_limited_to_a_borough_reads_their_views_too(shared_db: Database) -> None:
    permissions = frozenset({Permission.LEADS_READ})
    limited = Actor(uuid4(), "li", "Li", permissions=permissions, scope_boroughs=frozenset({"Queens"}))
    assert shared_db.query(limited, my_views, user_id=limited.user_id).columns == ()


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"status": ["new"]},
        GOOD | {"colour": "green"},
        GOOD | {"filter": {"search": "Kim"}},
        GOOD | {"filter": ["new"]},
        GOOD | {"sort": "score"},
        GOOD | {"sort": {"by": "name", "descending": True}},
        GOOD | {"sort": {"by": "score", "descending": 1}},
        GOOD | {"sort": {"by": "score", "descending": True, "then": "name"}},
        GOOD | {"columns": "name"},
        GOOD | {"columns": [1]},
    ],
)
def test_another_form_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_view(definition)
