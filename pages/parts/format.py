"""How values look on every screen: money, numbers, shares, dates, New York times, durations.

Every function takes None or NaN and gives `MISSING` for it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from aurum_data.clock import NEW_YORK

MISSING = "–"  # noqa: RUF001 - an en dash, as printed tables have it
Numeric = int | float | Decimal

_SHORT = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))


def _missing(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - only NaN and NaT differ from themselves


def money(value: Numeric | None, *, cents: bool = True) -> str:
    """US dollars: "$1,234.56", "-$80.00"; without cents "$1,235"."""
    if _missing(value):
        return MISSING
    amount = f"{abs(value):,.2f}" if cents else f"{abs(value):,.0f}"
    return f"-${amount}" if value < 0 and float(amount.replace(",", "")) else f"${amount}"


def short_money(value: Numeric | None) -> str:
    """US dollars in at most four digits: "$950", "$12.4K", "$1.2M"."""
    if _missing(value):
        return MISSING
    return f"{'-' if value < 0 else ''}${_shorten(abs(float(value)))}"


def number(value: Numeric | None, decimals: int = 0) -> str:
    """A count or a quantity: "12,345"."""
    return MISSING if _missing(value) else f"{value:,.{decimals}f}"


def short_number(value: Numeric | None) -> str:
    """A count in at most four digits: "950", "12.4K", "1.2M"."""
    if _missing(value):
        return MISSING
    return f"{'-' if value < 0 else ''}{_shorten(abs(float(value)))}"


def _shorten(size: float) -> str:
    for unit, letter in _SHORT:
        if size >= unit * 0.99995:
            return f"{size / unit:.1f}".removesuffix(".0") + letter
    return f"{size:,.0f}"


def percent(share: Numeric | None, decimals: int = 1) -> str:
    """A share of one as a percentage: 0.0815 gives "8.2%"."""
    return MISSING if _missing(share) else f"{float(share) * 100:,.{decimals}f}%"


def day(value: date | datetime | None) -> str:
    """A calendar day: "Nov 22, 2026". An instant counts as its New York day."""
    if _missing(value):
        return MISSING
    if isinstance(value, datetime):
        value = value.astimezone(NEW_YORK)
    return f"{value:%b} {value.day}, {value.year}"


def day_span(first: date, last: date) -> str:
    """A run of days, both included: "Oct 24 – Nov 22, 2026"."""  # noqa: RUF002
    if first == last:
        return day(first)
    start = day(first) if first.year != last.year else f"{first:%b} {first.day}"
    return f"{start} – {day(last)}"  # noqa: RUF001


def instant(value: datetime | None) -> str:
    """An instant in New York time: "Nov 22, 2026, 3:04 PM ET"."""
    return MISSING if _missing(value) else f"{day(value)}, {clock_time(value)}"


def clock_time(value: datetime | None) -> str:
    """The time of day in New York: "3:04 PM ET"."""
    if _missing(value):
        return MISSING
    local = value.astimezone(NEW_YORK)
    return f"{local.hour % 12 or 12}:{local:%M %p} ET"


def duration(value: timedelta | Numeric | None) -> str:
    """A length of time (a timedelta, or seconds) in its two largest units: "340 ms", "45 s", "2 h 5 min"."""
    if _missing(value):
        return MISSING
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if seconds < 1:
        return f"{sign}{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{sign}{seconds:.1f} s".replace(".0 ", " ")
    whole = round(seconds)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    at = next(i for i, (count, _) in enumerate(parts) if count)
    return sign + " ".join(f"{count} {unit}" for count, unit in parts[at : at + 2] if count)


def size(octets: Numeric | None) -> str:
    """A size in memory or on disk, from bytes: "512 B", "8.0 MB"."""
    if _missing(octets):
        return MISSING
    left = float(octets)
    for unit in ("B", "KB", "MB", "GB"):
        if left < 1024:
            return f"{left:.0f} {unit}" if unit == "B" else f"{left:,.1f} {unit}"
        left /= 1024
    return f"{left:,.1f} TB"


def label(value: str | None) -> str:
    """A stored state as a person reads it: "needs_review" gives "Needs review"."""
    return MISSING if _missing(value) else value.replace("_", " ").capitalize()


def plain(text: str) -> str:
    """Text from the database for use inside Markdown, where its own characters must mean nothing."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|~$:-])", r"\\\1", text)
