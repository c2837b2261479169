"""One row of a file made into a typed lead, or refused with the reasons.

What makes a lead worthless refuses the row: no way to reach the person, a contact that cannot exist, a home
outside the city, a time in the future. What is merely unreadable beside it (a bill of 'ask me') is left empty
and noted in `unread`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeVar

from aurum_data.clock import NEW_YORK
from aurum_data.errors import Invalid
from aurum_data.intake import answers, values
from aurum_data.intake.columns import Field, Mapping
from aurum_data.intake.files import RawRow
from aurum_data.rules.addresses import (
    CITY_LIMIT,
    Address,
    address_key,
    normalise_unit,
    normalise_zip,
    split_address,
    split_house_number,
)  # fmt: skip
from aurum_data.rules.consent import Consent
from aurum_data.rules.contact import normalise_email, normalise_name, normalise_phone, split_name, tidy
from aurum_data.rules.geography import Borough, Utility, ZipPlace, place_of_zip
from aurum_data.rules.leads import Ownership, PropertyType, RoofType, Shading

CLOCK_SLACK = timedelta(minutes=10)  # other people's clocks run ahead
TEXT_LIMIT = 200
USER_AGENT_LIMIT = 400

_NAMED_PLATFORMS = {"fb": "facebook", "ig": "instagram", "msg": "messenger", "an": "audience_network"}
T = TypeVar("T")
# What is welcome but not needed: the lead's attribute, the column, how it is read.
_WELCOME: tuple[tuple[str, Field, Callable[[str], object]], ...] = (
    ("ownership", Field.OWNERSHIP, answers.read_ownership),
    ("property_type", Field.PROPERTY_TYPE, answers.read_property_type),
    ("roof_type", Field.ROOF_TYPE, answers.read_roof_type),
    ("roof_age_years", Field.ROOF_AGE, values.read_roof_age),
    ("shading", Field.SHADING, answers.read_shading),
    ("monthly_bill_usd", Field.MONTHLY_BILL, values.read_bill),
    ("language", Field.LANGUAGE, answers.read_language),
)
_UTM = (Field.UTM_SOURCE, Field.UTM_MEDIUM, Field.UTM_CAMPAIGN, Field.UTM_TERM, Field.UTM_CONTENT)
_CLICK_IDS = (Field.GCLID, Field.FBCLID, Field.MSCLKID, Field.TTCLID)
_CONSENT = frozenset({Field.CERTIFICATE_URL, Field.LEADID_TOKEN, Field.CONSENT, Field.OPT_OUT, Field.DO_NOT_CALL})


class Problem(NamedTuple):
    """Why a row, or one of its values, could not be taken. `field` is a `Field` value, or 'row'."""

    field: str
    reason: str


@dataclass(slots=True, kw_only=True)
class IncomingLead:
    """A lead as a file gives it, in our terms. What is not there is None; times are aware, in UTC."""

    line_number: int
    zip_code: str
    borough: Borough
    utility: Utility
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None  # E.164
    email: str | None = None
    street: str | None = None
    house_number: str | None = None
    street_name: str | None = None
    unit: str | None = None
    city: str | None = None
    address_key: str | None = None
    ownership: Ownership | None = None
    property_type: PropertyType | None = None
    roof_type: RoofType | None = None
    roof_age_years: int | None = None
    shading: Shading | None = None
    monthly_bill_usd: Decimal | None = None
    language: str | None = None
    created_at: datetime | None = None  # None: the file does not say
    external_id: str | None = None
    source: str | None = None
    campaign: str | None = None
    utm: tuple[str | None, ...] = (None,) * 5  # source, medium, campaign, term, content
    click_ids: tuple[str | None, ...] = (None,) * 4  # gclid, fbclid, msclkid, ttclid
    do_not_call: bool = False
    consent: Consent | None = None
    unread: tuple[Problem, ...] = ()

    @property
    def full_name(self) -> str:
        """First and last name, as far as known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class _Row:
    """The cells of one row that are not empty, by field, and the problems met in reading them."""

    __slots__ = ("refusals", "unread", "values")

    def __init__(self, cells: list[str], positions: Sequence[tuple[Field, int]]) -> None:
        width = len(cells)
        self.values = {field: value for field, at in positions if at < width and (value := cells[at].strip())}
        self.refusals: list[Problem] = []
        self.unread: list[Problem] = []

    def text(self, field: Field, limit: int = TEXT_LIMIT) -> str | None:
        """The cell as one tidy line, or None."""
        value = self.values.get(field)
        return None if value is None else tidy(value, limit) or None

    def wanted(self, field: Field, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the cell; if it refuses, None and a note."""
        return self._read(field, read, self.unread)

    def needed(self, field: Field, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the cell; if it refuses, the row is refused."""
        return self._read(field, read, self.refusals)

    def _read(self, field: Field, read: Callable[[str], T], problems: list[Problem]) -> T | None:
        value = self.values.get(field)
        if value is None:
            return None
        try:
            return read(value)
        except Invalid as refusal:
            problems.append(Problem(field, refusal.message))
            return None


class RowReader:
    """Makes leads of the rows of one file. `now` is the instant that no time in a row may lie beyond."""

    def __init__(self, mapping: Mapping, now: datetime) -> None:
        self._now = now
        self._zone = UTC if mapping.created_in_utc else NEW_YORK
        self._positions = tuple(mapping.positions.items())
        # Only columns that the file has are looked for in each row.
        self._welcome = tuple(entry for entry in _WELCOME if entry[1] in mapping.fields)
        self._has_utm = not mapping.fields.keys().isdisjoint(_UTM)
        self._has_click_ids = not mapping.fields.keys().isdisjoint(_CLICK_IDS)
        self._has_consent = not mapping.fields.keys().isdisjoint(_CONSENT)

    def read(self, raw: RawRow) -> IncomingLead | list[Problem]:
        """The lead in a row, or every reason against it. Never raises for what a row may hold."""
        if raw.fault:
            return [Problem("row", raw.fault)]
        row = _Row(raw.cells, self._positions)
        if _is_test(row):
            return [Problem("row", "This is a test lead of the advertising platform.")]
        phone = _phone(row)
        email = row.needed(Field.EMAIL, normalise_email)
        if phone is None and email is None and not row.refusals:
            row.refusals.append(Problem("row", "There is neither a phone number nor an email address."))
        address, place = _address(row)
        created_at = row.needed(Field.CREATED_AT, self._created)
        if row.refusals or place is None or place.borough is None or place.utility is None:
            return row.refusals
        lead = IncomingLead(
            line_number=raw.line_number,
            zip_code=place.zip_code,
            borough=place.borough,
            utility=place.utility,
            phone=phone,
            email=email,
            created_at=created_at,
        )
        _put_name(lead, row)
        _put_address(lead, address)
        self._put_rest(lead, row)
        lead.unread = tuple(row.unread)
        return lead

    def _created(self, text: str) -> datetime:
        return _past(text, self._now, self._zone)

    def _put_rest(self, lead: IncomingLead, row: _Row) -> None:
        for attribute, field, read in self._welcome:
            setattr(lead, attribute, row.wanted(field, read))
        lead.external_id = _unprefixed(row.text(Field.EXTERNAL_ID))
        lead.source = row.text(Field.SOURCE)
        lead.campaign = _unprefixed(row.text(Field.CAMPAIGN))
        if self._has_utm:
            lead.utm = _utm(row)
        if self._has_click_ids:
            lead.click_ids = tuple(row.text(field) for field in _CLICK_IDS)
        if self._has_consent:
            lead.do_not_call = row.wanted(Field.DO_NOT_CALL, answers.read_yes_no) or False
            lead.consent = _consent(row, lead, self._now)


def _is_test(row: _Row) -> bool:
    """Facebook fills its test leads with '<test lead: dummy data for ...>'; Google has a column for it."""
    name = row.values.get(Field.FULL_NAME) or row.values.get(Field.FIRST_NAME) or ""
    return name.startswith("<test lead") or row.values.get(Field.IS_TEST, "").lower() in ("true", "yes", "1")


def _unprefixed(value: str | None) -> str | None:
    """Facebook marks ids, phones and ZIP codes so that spreadsheets keep them as text: 'l:123', 'z:11215'."""
    if value and ":" in value[:3] and value[0].isalpha():
        return value.partition(":")[2] or None
    return value


def _phone(row: _Row) -> str | None:
    """The mobile phone, else the phone, in E.164. One bad number of two is only noted."""
    refusals: list[Problem] = []
    for field in (Field.MOBILE_PHONE, Field.PHONE):
        value = _unprefixed(row.values.get(field))
        if value is None:
            continue
        try:
            number = normalise_phone(value).e164
        except Invalid as refusal:
            refusals.append(Problem(field, refusal.message))
            continue
        row.unread.extend(refusals)
        return number
    row.refusals.extend(refusals)
    return None


def _put_name(lead: IncomingLead, row: _Row) -> None:
    first, last = row.values.get(Field.FIRST_NAME), row.values.get(Field.LAST_NAME)
    if first or last:
        lead.first_name = normalise_name(first or "") or None
        lead.last_name = normalise_name(last or "") or None
    elif full := row.values.get(Field.FULL_NAME):
        first, last = split_name(full)
        lead.first_name, lead.last_name = first or None, last or None


def _put_address(lead: IncomingLead, address: Address) -> None:
    if not address.street:
        lead.unit, lead.city = address.unit or None, address.city or None
        return
    house_number, street_name = split_house_number(address.street)
    lead.street = address.street
    lead.house_number, lead.street_name = house_number or None, street_name or None
    lead.unit, lead.city = address.unit or None, address.city or None
    lead.address_key = address_key(address.street, address.unit, lead.zip_code) or None


_place = lru_cache(maxsize=2000)(place_of_zip)


def _address(row: _Row) -> tuple[Address, ZipPlace | None]:
    """The address, and where its ZIP code lies. Columns for unit, city and ZIP code outrank the line."""
    line = row.values.get(Field.STREET)
    address = split_address(line) if line else Address("")
    if unit := row.values.get(Field.UNIT):
        address = address._replace(unit=normalise_unit(unit))
    if city := row.text(Field.CITY, CITY_LIMIT):
        address = address._replace(city=city)
    zip_text = _unprefixed(row.values.get(Field.ZIP_CODE)) or address.zip_code
    if not zip_text:
        row.refusals.append(Problem(Field.ZIP_CODE, "There is no ZIP code."))
        return address, None
    try:
        place = _place(normalise_zip(zip_text))
    except Invalid as refusal:
        row.refusals.append(Problem(Field.ZIP_CODE, refusal.message))
        return address, None
    if place.reason is not None:
        row.refusals.append(Problem(Field.ZIP_CODE, place.reason))
    return address, place


def _past(text: str, now: datetime, zone: tzinfo = NEW_YORK) -> datetime:
    """An instant that is not in the future. Raises Invalid."""
    instant = values.read_instant(text, zone)
    if instant > now:
        if instant > now + CLOCK_SLACK:
            raise Invalid("The date and time lie in the future.")
        return now
    return instant


@lru_cache(maxsize=10_000)
def _tag(text: str) -> str | None:
    return tidy(text, TEXT_LIMIT).lower() or None


def _utm(row: _Row) -> tuple[str | None, ...]:
    """The five UTM values in small letters, as analytics tools compare them."""
    source, *others = [_tag(text) if (text := row.values.get(field)) else None for field in _UTM]
    return _NAMED_PLATFORMS.get(source, source) if source else None, *others


def _consent(row: _Row, lead: IncomingLead, now: datetime) -> Consent | None:
    """What the row says about consent, None where it says nothing.

    A certificate counts as a yes unless the row says no; an opt-out or do-not-call is a no. Without a time of
    its own the consent was given when the lead was made.
    """
    certificate = row.wanted(Field.CERTIFICATE_URL, values.read_certificate_url)
    token = row.wanted(Field.LEADID_TOKEN, values.read_leadid)
    answer = row.wanted(Field.CONSENT, answers.read_yes_no)
    opted_out = lead.do_not_call or row.wanted(Field.OPT_OUT, answers.read_yes_no)
    if certificate is None and token is None and answer is None and not opted_out:
        return None
    return Consent(
        given=not opted_out and (answer if answer is not None else bool(certificate or token)),
        certificate_url=certificate or "",
        leadid_token=token or "",
        wording_version=row.text(Field.WORDING_VERSION) or "",
        page_url=row.wanted(Field.PAGE_URL, values.read_page_url) or "",
        ip_address=row.wanted(Field.IP_ADDRESS, values.read_ip_address) or "",
        user_agent=row.text(Field.USER_AGENT, USER_AGENT_LIMIT) or "",
        captured_at=row.wanted(Field.CONSENT_AT, lambda text: _past(text, now)) or lead.created_at,
        certificate_claimed_until=row.wanted(Field.CERTIFICATE_CLAIMED_UNTIL, values.read_instant),
    )
