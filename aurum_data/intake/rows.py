"""One row of a file made into a typed lead, or refused with the reasons.

What makes a lead worthless refuses the row: no way to reach the person, a contact that cannot exist, a home
outside the city, a time in the future. What is merely unreadable beside it (a bill of 'ask me') is left empty
and noted in `unread`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    STREET_LIMIT,
    Address,
    address_key,
    normalise_unit,
    normalise_zip,
    split_address,
    split_house_number,
)  # fmt: skip
from aurum_data.rules.consent import Consent
from aurum_data.rules.contact import Phone, normalise_email, normalise_name, normalise_phone, split_name, tidy
from aurum_data.rules.geography import Borough, Utility, ZipPlace, place_of_zip
from aurum_data.rules.leads import Ownership, PropertyType, RoofType, Shading

CLOCK_SLACK = timedelta(minutes=10)  # other people's clocks run ahead
TEXT_LIMIT = 200

_NAMED_PLATFORMS = {"fb": "facebook", "ig": "instagram", "msg": "messenger", "an": "audience_network"}
T = TypeVar("T")


class Problem(NamedTuple):
    """Why a row, or one of its values, could not be taken. `field` is a `Field` value, or 'row'."""

    field: str
    reason: str


@dataclass(slots=True, kw_only=True)
class IncomingLead:
    """A lead as a file gives it, in our terms. Text that is not there is None; times are aware, in UTC."""

    line_number: int
    first_name: str | None
    last_name: str | None
    phone: str | None  # E.164
    email: str | None
    street: str | None
    house_number: str | None
    street_name: str | None
    unit: str | None
    city: str | None
    zip_code: str
    borough: Borough
    utility: Utility
    address_key: str | None
    ownership: Ownership | None
    property_type: PropertyType | None
    roof_type: RoofType | None
    roof_age_years: int | None
    shading: Shading | None
    monthly_bill_usd: Decimal | None
    language: str | None
    created_at: datetime | None  # None: the file does not say
    external_id: str | None
    source: str | None
    campaign: str | None
    utm: tuple[str | None, str | None, str | None, str | None, str | None]  # source medium campaign term content
    click_ids: tuple[str | None, str | None, str | None, str | None]  # gclid fbclid msclkid ttclid
    do_not_call: bool
    consent: Consent | None
    unread: tuple[Problem, ...]

    @property
    def full_name(self) -> str:
        """First and last name, as far as known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class _Row:
    """The cells of one row by field, and the problems met in reading them."""

    __slots__ = ("_values", "refusals", "unread")

    def __init__(self, cells: list[str], positions: dict[Field, int]) -> None:
        width = len(cells)
        self._values = {field: cells[at].strip() for field, at in positions.items() if at < width}
        self.refusals: list[Problem] = []
        self.unread: list[Problem] = []

    def get(self, field: Field) -> str:
        """The cell's text without blanks around it; '' where there is no such column or cell."""
        return self._values.get(field, "")

    def text(self, field: Field, limit: int = TEXT_LIMIT) -> str | None:
        """The cell as one tidy line, or None."""
        value = self.get(field)
        return (tidy(value, limit) or None) if value else None

    def wanted(self, field: Field, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the cell; if it refuses, None and a note."""
        value = self.get(field)
        if not value:
            return None
        try:
            return read(value)
        except Invalid as refusal:
            self.unread.append(Problem(field, refusal.message))
            return None

    def needed(self, field: Field, read: Callable[[str], T]) -> T | None:
        """What `read` makes of the cell; if it refuses, the row is refused."""
        value = self.get(field)
        if not value:
            return None
        try:
            return read(value)
        except Invalid as refusal:
            self.refusals.append(Problem(field, refusal.message))
            return None


def normalise(raw: RawRow, mapping: Mapping, now: datetime) -> IncomingLead | list[Problem]:
    """The lead in a row, or every reason against it. Never raises for what a row may hold.

    `now` is the instant that no time in the row may lie beyond.
    """
    if raw.fault:
        return [Problem("row", raw.fault)]
    row = _Row(raw.cells, mapping.positions)
    if _is_test(row):
        return [Problem("row", "This is a test lead of the advertising platform.")]
    phone = _phone(row)
    email = row.needed(Field.EMAIL, normalise_email)
    if phone is None and email is None and not row.refusals:
        row.refusals.append(Problem("row", "There is neither a phone number nor an email address."))
    first_name, last_name = _name(row)
    address, place = _address(row)
    created_at = row.needed(Field.CREATED_AT, lambda text: _past(text, now, in_utc=mapping.created_in_utc))
    do_not_call = row.wanted(Field.DO_NOT_CALL, answers.read_yes_no) or False
    consent = _consent(row, created_at, now, do_not_call=do_not_call)
    if row.refusals or place is None or place.borough is None or place.utility is None:
        return row.refusals
    house_number, street_name = split_house_number(address.street)
    return IncomingLead(
        line_number=raw.line_number,
        first_name=first_name or None,
        last_name=last_name or None,
        phone=phone.e164 if phone else None,
        email=email,
        street=address.street or None,
        house_number=house_number or None,
        street_name=street_name or None,
        unit=address.unit or None,
        city=address.city or None,
        zip_code=place.zip_code,
        borough=place.borough,
        utility=place.utility,
        address_key=address_key(address.street, address.unit, place.zip_code) or None,
        ownership=row.wanted(Field.OWNERSHIP, answers.read_ownership),
        property_type=row.wanted(Field.PROPERTY_TYPE, answers.read_property_type),
        roof_type=row.wanted(Field.ROOF_TYPE, answers.read_roof_type),
        roof_age_years=row.wanted(Field.ROOF_AGE, values.read_roof_age),
        shading=row.wanted(Field.SHADING, answers.read_shading),
        monthly_bill_usd=row.wanted(Field.MONTHLY_BILL, values.read_bill),
        language=row.wanted(Field.LANGUAGE, answers.read_language),
        created_at=created_at,
        external_id=_unprefixed(row.text(Field.EXTERNAL_ID)),
        source=row.text(Field.SOURCE),
        campaign=_unprefixed(row.text(Field.CAMPAIGN)),
        utm=_utm(row),
        click_ids=(
            row.text(Field.GCLID), row.text(Field.FBCLID), row.text(Field.MSCLKID), row.text(Field.TTCLID)
        ),
        do_not_call=do_not_call,
        consent=consent,
        unread=tuple(row.unread),
    )  # fmt: skip


def _is_test(row: _Row) -> bool:
    """Facebook fills its test leads with '<test lead: dummy data for ...>'; Google has a column for it."""
    dummies = (row.get(Field.FULL_NAME), row.get(Field.FIRST_NAME), row.get(Field.PHONE))
    return "<test lead" in "".join(dummies) or row.get(Field.IS_TEST).lower() in ("true", "yes", "1")


def _unprefixed(value: str | None) -> str | None:
    """Facebook marks ids, phones and ZIP codes so that spreadsheets keep them as text: 'l:123', 'z:11215'."""
    if value and ":" in value[:3] and value[0].isalpha():
        return value.partition(":")[2] or None
    return value


def _phone(row: _Row) -> Phone | None:
    """The mobile phone, else the phone. One bad number of two is only noted."""
    number: Phone | None = None
    refusal: Problem | None = None
    for field in (Field.MOBILE_PHONE, Field.PHONE):
        value = _unprefixed(row.get(field))
        if not value or number is not None:
            continue
        try:
            number = normalise_phone(value)
        except Invalid as invalid:
            refusal = Problem(field, invalid.message)
    if refusal is not None:
        (row.unread if number is not None else row.refusals).append(refusal)
    return number


def _name(row: _Row) -> tuple[str, str]:
    first, last = normalise_name(row.get(Field.FIRST_NAME)), normalise_name(row.get(Field.LAST_NAME))
    if first or last:
        return first, last
    full = row.get(Field.FULL_NAME)
    return split_name(full) if full else ("", "")


_place = lru_cache(maxsize=2000)(place_of_zip)


def _address(row: _Row) -> tuple[Address, ZipPlace | None]:
    """The address, and where its ZIP code lies. Columns for unit, city and ZIP code outrank the line."""
    line = row.get(Field.STREET)
    parts = split_address(line) if line else Address("")
    unit = row.get(Field.UNIT)
    city = row.text(Field.CITY, CITY_LIMIT)
    zip_text = _unprefixed(row.get(Field.ZIP_CODE)) or parts.zip_code
    address = Address(
        parts.street[:STREET_LIMIT],
        normalise_unit(unit) if unit else parts.unit,
        city or parts.city,
        parts.zip_code,
    )
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


def _past(text: str, now: datetime, *, in_utc: bool = False) -> datetime:
    """An instant that is not in the future. Raises Invalid."""
    instant = values.read_instant(text, UTC if in_utc else NEW_YORK)
    if instant > now + CLOCK_SLACK:
        raise Invalid("The date and time lie in the future.")
    return min(instant, now)


def _utm(row: _Row) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """The five UTM values in small letters, as analytics tools compare them."""
    source, medium, campaign, term, content = (
        value.lower() if (value := row.text(field)) else None
        for field in (
            Field.UTM_SOURCE, Field.UTM_MEDIUM, Field.UTM_CAMPAIGN, Field.UTM_TERM, Field.UTM_CONTENT
        )
    )  # fmt: skip
    return _NAMED_PLATFORMS.get(source, source) if source else None, medium, campaign, term, content


def _consent(row: _Row, created_at: datetime | None, now: datetime, *, do_not_call: bool) -> Consent | None:
    """What the row says about consent, None where it says nothing.

    A certificate counts as a yes unless the row says no; an opt-out or do-not-call is a no. Without a time of
    its own the consent was given when the lead was made.
    """
    certificate = row.wanted(Field.CERTIFICATE_URL, values.read_certificate_url)
    token = row.wanted(Field.LEADID_TOKEN, values.read_leadid)
    answer = row.wanted(Field.CONSENT, answers.read_yes_no)
    opted_out = do_not_call or row.wanted(Field.OPT_OUT, answers.read_yes_no)
    if certificate is None and token is None and answer is None and not opted_out:
        return None
    given = not opted_out and (answer if answer is not None else bool(certificate or token))
    return Consent(
        given=given,
        certificate_url=certificate or "",
        leadid_token=token or "",
        wording_version=row.text(Field.WORDING_VERSION) or "",
        page_url=row.wanted(Field.PAGE_URL, values.read_page_url) or "",
        ip_address=row.wanted(Field.IP_ADDRESS, values.read_ip_address) or "",
        user_agent=row.text(Field.USER_AGENT, 400) or "",
        captured_at=row.wanted(Field.CONSENT_AT, lambda text: _past(text, now)) or created_at,
    )
