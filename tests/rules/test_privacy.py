"""The legal clocks of privacy requests, and which steps they allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules.privacy import (
    CLOSED_REQUESTS,
    CONTACTS_STOPPED,
    MOVES,
    OPEN_REQUESTS,
    ConsentKind,
    RequestStatus,
    RequestStep,
    RequestType,
    Standing,
    acknowledge_due,
    answer_due,
    extended_due,
    hard_stop,
    open_steps,
    refusal,
    status_after,
)

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
NEW = Standing(
    request_type=RequestType.ACCESS,
    status=RequestStatus.IDENTITY_UNVERIFIED,
    received_on=TODAY,
    hard_stop_on=hard_stop(TODAY),
    acknowledged=False,
    verified=False,
    extended=False,
)
STANDINGS = st.builds(
    Standing,
    request_type=st.sampled_from(RequestType),
    status=st.sampled_from(RequestStatus),
    received_on=DAYS,
    hard_stop_on=DAYS,
    acknowledged=st.booleans(),
    verified=st.booleans(),
    extended=st.booleans(),
)


@given(DAYS)
def test_acknowledgment_is_due_on_a_business_day(received: date) -> None:
    assert acknowledge_due(received).weekday() < 5


@given(DAYS)
def test_ten_business_days_lie_between_receipt_and_acknowledgment(received: date) -> None:
    span = (acknowledge_due(received) - received).days
    assert sum((received + timedelta(days=n)).weekday() < 5 for n in range(1, span + 1)) == 10


@given(DAYS)
def test_a_later_receipt_is_never_due_earlier(received: date) -> None:
    assert acknowledge_due(received) <= acknowledge_due(received + timedelta(days=1))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 20), date(2026, 12, 4)),  # a Friday
        (date(2026, 11, 21), date(2026, 12, 4)),  # a Saturday
        (date(2026, 11, 23), date(2026, 12, 7)),  # a Monday
    ],
)
def test_weekends_do_not_count_for_the_acknowledgment(received: date, due: date) -> None:
    assert acknowledge_due(received) == due


@given(DAYS)
def test_clocks_run_out_in_order(received: date) -> None:
    clocks = [acknowledge_due(received), answer_due(received), hard_stop(received), extended_due(received)]
    assert sorted(clocks) == clocks
    assert extended_due(received) < hard_stop(received, extended=True)


@given(DAYS)
def test_extension_adds_45_days_to_both_answer_and_hard_stop(received: date) -> None:
    assert extended_due(received) - answer_due(received) == timedelta(days=45)
    assert hard_stop(received, extended=True) - received == timedelta(days=90)


def test_every_step_has_a_move() -> None:
    assert set(MOVES) == set(RequestStep)


@given(STANDINGS, DAYS)
def test_nothing_can_be_done_to_a_closed_request(standing: Standing, today: date) -> None:
    assert (standing.status in OPEN_REQUESTS) or open_steps(standing, today) == []


@given(STANDINGS, DAYS)
def test_an_open_request_can_always_be_closed(standing: Standing, today: date) -> None:
    ends = {status_after(step, standing) for step in open_steps(standing, today)}
    assert standing.status not in OPEN_REQUESTS or ends & CLOSED_REQUESTS


@given(STANDINGS, DAYS)
def test_an_erasure_is_never_completed_by_hand(standing: Standing, today: date) -> None:
    assert RequestStep.COMPLETE not in open_steps(replace(standing, request_type=RequestType.ERASURE), today)


@given(STANDINGS, DAYS)
def test_a_request_is_extended_once_and_in_time(standing: Standing, today: date) -> None:
    if RequestStep.EXTEND in open_steps(standing, today):
        assert not standing.extended
        assert today <= standing.hard_stop_on


def test_work_starts_only_on_a_verified_request() -> None:
    assert "identity unverified" in (refusal(RequestStep.START, NEW, TODAY) or "")


def test_identity_verified_on_hold_does_not_end_the_hold() -> None:
    held = replace(NEW, status=RequestStatus.ON_HOLD)
    assert status_after(RequestStep.VERIFY_IDENTITY, held) is RequestStatus.ON_HOLD


@pytest.mark.parametrize(
    ("verified", "after"), [(True, RequestStatus.IN_PROGRESS), (False, RequestStatus.IDENTITY_UNVERIFIED)]
)
def test_resume_leads_to_where_the_identity_allows(verified: bool, after: RequestStatus) -> None:
    held = replace(NEW, status=RequestStatus.ON_HOLD, verified=verified)
    assert status_after(RequestStep.RESUME, held) is after


def test_every_kind_of_consent_names_the_contacts_that_it_stops() -> None:
    assert set(CONTACTS_STOPPED) == set(ConsentKind)
