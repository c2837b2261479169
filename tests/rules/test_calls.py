"""When people may be called, and what follows from a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.clock import NEW_YORK
from aurum_data.rules.calls import CallDisposition, may_call_at, next_call_time, status_after, usual_callbacks
from aurum_data.rules.leads import TRANSITIONS, LeadStatus

INSTANTS = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)
)  # with four changes of the clock


@pytest.mark.parametrize(
    ("clock", "allowed"), [((7, 59), False), ((8, 0), True), ((20, 59), True), ((21, 0), False), ((0, 0), False)]
)
def test_people_are_called_from_eight_to_nine(clock: tuple[int, int], allowed: bool) -> None:
    assert may_call_at(datetime(2026, 11, 26, *clock, tzinfo=NEW_YORK)) is allowed


def test_the_hours_are_those_of_new_york() -> None:
    assert may_call_at(datetime(2026, 7, 1, 12, 30, tzinfo=UTC))  # 8:30 AM in summer
    assert not may_call_at(datetime(2026, 12, 1, 12, 30, tzinfo=UTC))  # 7:30 AM in winter


@given(INSTANTS)
def test_the_next_call_time_is_lawful_and_within_a_night(instant: datetime) -> None:
    again = next_call_time(instant)
    assert may_call_at(again)
    assert instant <= again <= instant + timedelta(hours=12)
    assert again == instant or not may_call_at(instant)


@given(INSTANTS)
def test_a_usual_callback_is_lawful_and_yet_to_come(instant: datetime) -> None:
    assert all(may_call_at(callback) and callback > instant for callback in usual_callbacks(instant).values())


@pytest.mark.parametrize("current", list(LeadStatus))
@pytest.mark.parametrize("disposition", list(CallDisposition))
def test_a_call_takes_a_lead_only_where_a_person_may(current: LeadStatus, disposition: CallDisposition) -> None:
    after = status_after(current, disposition)
    assert after == current or after in TRANSITIONS[current]


@pytest.mark.parametrize(
    ("current", "disposition", "after"),
    [
        ("new", "reached", "contacted"),
        ("qualified", "reached", "qualified"),
        ("new", "no_answer", "new"),
        ("new", "voicemail", "new"),
        ("contacted", "wrong_number", "invalid"),
        ("qualified", "wrong_number", "qualified"),
        ("contacted", "not_interested", "unqualified"),
        ("sold", "not_interested", "sold"),
    ],
)
def test_what_follows_from_a_call(current: str, disposition: str, after: str) -> None:
    assert status_after(LeadStatus(current), CallDisposition(disposition)) == after
