"""How values look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pages.parts import format as fmt

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1234.56"), "$1,234.56"),
        (0, "$0.00"),
        (-80, "-$80.00"),
        (-0.001, "$0.00"),
        (None, fmt.MISSING),
        (NAN, fmt.MISSING),
    ],
)
def test_money(value, shown):
    assert fmt.money(value) == shown


def test_money_without_cents():
    assert fmt.money(1234.56, cents=False) == "$1,235"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(950, "$950"), (12_400, "$12.4K"), (999_960, "$1M"), (1_200_000, "$1.2M"), (-5_000, "-$5K")],
)
def test_short_money(value, shown):
    assert fmt.short_money(value) == shown


def test_numbers_and_shares():
    assert fmt.number(12345) == "12,345"
    assert fmt.number(3.14159, 2) == "3.14"
    assert fmt.percent(0.0815) == "8.2%"
    assert fmt.percent(None) == fmt.MISSING


def test_an_instant_reads_in_new_york_time():
    assert fmt.instant(datetime(2026, 11, 22, 20, 4, tzinfo=UTC)) == "Nov 22, 2026, 3:04 PM ET"
    assert fmt.instant(datetime(2026, 7, 4, 4, 0, tzinfo=UTC)) == "Jul 4, 2026, 12:00 AM ET"


def test_an_instant_counts_as_its_new_york_day():
    assert fmt.day(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == "Nov 22, 2026"


def test_a_run_of_days_names_each_year_once():
    assert fmt.day_span(date(2026, 10, 24), date(2026, 11, 22)) == "Oct 24 \u2013 Nov 22, 2026"
    assert fmt.day_span(date(2025, 12, 30), date(2026, 1, 2)) == "Dec 30, 2025 \u2013 Jan 2, 2026"
    assert fmt.day_span(date(2026, 11, 22), date(2026, 11, 22)) == "Nov 22, 2026"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 ms"),
        (0.34, "340 ms"),
        (4.2, "4.2 s"),
        (45, "45 s"),
        (60, "1 min"),
        (7500, "2 h 5 min"),
        (90_000, "1 d 1 h"),
        (-45, "-45 s"),
        (timedelta(minutes=3, seconds=2), "3 min 2 s"),
    ],
)
def test_durations(seconds, shown):
    assert fmt.duration(seconds) == shown


def test_sizes():
    assert [fmt.size(n) for n in (512, 8 * 1024**2, 3 * 1024**4)] == ["512 B", "8.0 MB", "3.0 TB"]


def test_stored_states_read_as_words():
    assert fmt.label("needs_review") == "Needs review"


def test_text_from_the_database_cannot_write_markdown():
    assert fmt.plain("**bold** [x](y)") == r"\*\*bold\*\* \[x\]\(y\)"
