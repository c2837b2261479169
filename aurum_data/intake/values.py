"""Reading one value as people, forms and programs write it: times, money, evidence.

Every function raises `Invalid` with one sentence for what it cannot read; none quotes the value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from aurum_data.clock import NEW_YORK
from aurum_data.errors import Invalid

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_BILL_USD = Decimal(20_000)

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall-clock day; its zone is the caller's choice
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?:(?:,|\s|t|\bat\b)+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<half>[ap])?\.?(?:m\b\.?)?)?"
    r"\s*(?P<zone>utc|gmt|z|est|edt|et|[+-]\d{2}:?\d{2})?"
)
_WEEKDAY = r"(?:[a-z]{3,9},?\s+)?"
_MONTH_NAME = r"(?P<name>[a-z]{3})[a-z]*\.?"
_DATES = tuple(
    re.compile(day + _CLOCK, re.IGNORECASE | re.ASCII)
    for day in (
        r"(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4}|\d{2})",
        r"(?P<year>\d{4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})",
        _WEEKDAY + _MONTH_NAME + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        _WEEKDAY + r"(?P<day>\d{1,2})[\s-]" + _MONTH_NAME + r",?[\s-](?P<year>\d{4})",
    )
)
_NUMBER_TIME = re.compile(r"\d{5}(?:\.\d+)?|\d{10}(?:\.\d+)?|\d{13}", re.ASCII)
_AMOUNT = re.compile(r"\d[\d.,]*", re.ASCII)
_YEARLY = re.compile(r"year|annual|/\s*yr", re.IGNORECASE)
_CERTIFICATE = re.compile(r"https?://cert\.trustedform\.com/([0-9a-f]{32,64})(?![0-9a-z])", re.IGNORECASE)
_LEADID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}", re.ASCII)
_PAGE_LIMIT = 500


def read_instant(text: str, zone: tzinfo = NEW_YORK) -> datetime:
    """An instant, in UTC. Times without an offset are wall-clock times of `zone`.

    Reads ISO 8601, US dates (11/22/2026 3:15 PM), month names, spreadsheet serials (days since 1899-12-30)
    and Unix times in seconds or milliseconds. A wall-clock time that daylight saving skips moves on by the
    skipped hour; one that occurs twice is the first of the two. Raises Invalid.
    """
    text = text.strip()
    try:
        instant = _number_time(text) or _iso_time(text) or _written_time(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        instant = instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid("The date and time cannot be read; write 2026-11-22 15:15 or 11/22/2026 3:15 PM.") from error
    if instant < EARLIEST:
        raise Invalid("The date lies before the year 2000.")
    return instant


def _number_time(text: str) -> datetime | None:
    if not _NUMBER_TIME.fullmatch(text):
        return None
    number = float(text)
    if number < 100_000:
        return _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    return datetime.fromtimestamp(number / 1000 if number >= 1e12 else number, UTC)


def _iso_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written_time(text: str) -> datetime:
    """A date in American order or with a month's name. Raises ValueError."""
    found = next((match for pattern in _DATES if (match := pattern.fullmatch(text))), None)
    if found is None:
        raise ValueError("no known form of a date")
    part = found.groupdict()
    year = int(part["year"]) + (2000 if len(part["year"]) == 2 else 0)
    month = int(part["month"]) if part.get("month") else _MONTHS.index(part["name"].lower()) + 1
    hour = int(part["hour"] or 0)
    if part["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if part["half"].lower() == "p" else 0)
    minute, second = int(part["minute"] or 0), int(part["second"] or 0)
    return datetime(year, month, int(part["day"]), hour, minute, second, tzinfo=_zone(part["zone"]))


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    name = text.lower()
    if name in ("utc", "gmt", "z"):
        return UTC
    if name in ("est", "edt", "et"):
        return NEW_YORK
    hours, minutes = int(name[1:3]), int(name[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if name[0] == "-" else offset)


@lru_cache(maxsize=4000)
def read_bill(text: str) -> Decimal:
    """A monthly bill in USD, to the cent: '$1,200.50', '150/month'. Raises Invalid.

    Of a range ('$150-200') the middle counts, of an open one ('over $300', 'less than $100') the amount
    named; a yearly amount is divided by twelve.
    """
    amounts = [_amount(found.rstrip(".,")) for found in _AMOUNT.findall(text[:100])]
    if not 1 <= len(amounts) <= 2:
        raise Invalid("The monthly bill is not an amount.")
    bill = sum(amounts, Decimal(0)) / len(amounts)
    if _YEARLY.search(text):
        bill /= 12
    if text.lstrip().startswith("-") or not 0 < bill <= MAX_BILL_USD:
        raise Invalid(f"The monthly bill is not between $0 and ${MAX_BILL_USD:,}.")
    return bill.quantize(Decimal("0.01"))


def _amount(text: str) -> Decimal:
    """'1,200.50', '1.200,50', '1,200' and '150,5' as numbers: a comma is decimal if it comes last and not
    before exactly three digits that end a number without points."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point and (point >= 0 or len(text) - comma != 4):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Invalid("The monthly bill is not an amount.") from error


@lru_cache(maxsize=1000)
def read_roof_age(text: str) -> int:
    """Years, the first number of the answer ('10-15 years' gives 10). Raises Invalid."""
    found = re.search(r"\d{1,3}", text, re.ASCII)
    if found is None or int(found[0]) > 150:
        raise Invalid("The age of the roof is not a number of years.")
    return int(found[0])


def read_certificate_url(text: str) -> str:
    """A TrustedForm certificate's address, https and without query. Raises Invalid.

    Only that host counts, since whoever buys the lead claims the certificate there with credentials.
    """
    found = _CERTIFICATE.match(text.strip())
    if found is None:
        raise Invalid("The certificate is not an address at cert.trustedform.com.")
    return f"https://cert.trustedform.com/{found[1].lower()}"


def read_leadid(text: str) -> str:
    """A Jornaya LeadiD token: 36 characters, in capitals. Raises Invalid."""
    token = text.strip()
    if not _LEADID.fullmatch(token):
        raise Invalid("The LeadiD token does not have its 36 characters.")
    return token.upper()


@lru_cache(maxsize=1000)
def read_page_url(text: str) -> str:
    """A page's address without query and fragment, where personal data may hide. Raises Invalid."""
    try:
        parts = urlsplit(text.strip()[:2000])
        host = parts.hostname
    except ValueError as error:
        raise Invalid("The page is not a web address.") from error
    if parts.scheme not in ("http", "https") or not host or "." not in host:
        raise Invalid("The page is not a web address.")
    return f"{parts.scheme}://{host}{parts.path}"[:_PAGE_LIMIT]


def read_ip_address(text: str) -> str:
    """The first IP address of a list such as proxies write. Raises Invalid."""
    if _IPV4.fullmatch(text):
        return text
    try:
        return str(ip_address(text.partition(",")[0].strip().partition("%")[0]))
    except ValueError as error:
        raise Invalid("The IP address cannot be read.") from error
