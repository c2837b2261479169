"""What a person may correct on a lead: name, address, home, electricity, language, do-not-call, tags.

Everything comes as typed text and is read by the rules that read a file (intake/rows.py), so that a lead looks the
same however it came to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.actions.lead_changes import what_changed
from aurum_data.actions.rollups import mark_changed
from aurum_data.actions.selling import may_be_sold
from aurum_data.clock import business_day
from aurum_data.errors import Conflict, Invalid, NotFound
from aurum_data.intake import answers, values
from aurum_data.rules.addresses import (
    CITY_LIMIT,
    STREET_LIMIT,
    address_key,
    normalise_unit,
    normalise_zip,
    split_address,
    split_house_number,
)
from aurum_data.rules.contact import normalise_name, tidy
from aurum_data.rules.geography import Utility, place_of_zip
from aurum_data.rules.identity import Permission
from aurum_data.rules.lead_changes import MOST_TAGS, REFUSALS, Refusal, tidy_tag
from aurum_data.rules.leads import Ownership, PropertyType, RoofType


class Detail(StrEnum):
    """A column of `leads` that a person may correct."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    LANGUAGE = "preferred_language"
    DO_NOT_CALL = "do_not_call"
    STREET = "property_address"
    UNIT = "unit"
    CITY = "city"
    ZIP_CODE = "zip_code"
    PROPERTY_TYPE = "property_type"
    OWNERSHIP = "ownership"
    ROOF_TYPE = "roof_type"
    ROOF_AGE = "roof_age_years"
    UTILITY = "utility"
    MONTHLY_BILL = "monthly_bill_usd"
    TAGS = "tags"


# An audit entry outlives an erasure: of these it says that they were changed, not what they were.
PERSONAL = frozenset({Detail.FIRST_NAME, Detail.LAST_NAME, Detail.STREET, Detail.UNIT})
# What cannot be emptied, and what to say.
_NEEDED = {
    Detail.ZIP_CODE: "A lead needs a ZIP code.",
    Detail.UTILITY: "A lead needs an electric utility.",
    Detail.LANGUAGE: "Choose a language.",
    Detail.DO_NOT_CALL: "Say whether the person may be called.",
}

_LEAD = text("""
    SELECT id, version, is_active, erased_at, borough, created_at, qualified_at, consent_state, sellable,
           first_name, last_name, preferred_language, do_not_call, property_address, unit, city, zip_code,
           property_type, ownership, roof_type, roof_age_years, utility, monthly_bill_usd, tags
    FROM leads WHERE id = :lead_id FOR UPDATE
""")
_SAVE = text("""
    UPDATE leads
    SET first_name = :first_name, last_name = :last_name, preferred_language = :preferred_language,
        do_not_call = :do_not_call, property_address = :property_address, house_number = :house_number,
        street_name = :street_name, unit = :unit, city = :city, zip_code = :zip_code, borough = :borough,
        address_key = :address_key, property_type = :property_type, ownership = :ownership, roof_type = :roof_type,
        roof_age_years = :roof_age_years, utility = :utility, monthly_bill_usd = :monthly_bill_usd, tags = :tags,
        version = version + 1, updated_at = now(), last_activity_at = now()
    WHERE id = :lead_id
    RETURNING version
""")
_SELL = text("UPDATE leads SET sellable = :sellable WHERE id = :lead_id")


def change_details(session: Session, actor: Actor, *, lead_id: UUID, version: int, typed: Mapping[Detail, str]) -> int:
    """Correct what is known of a lead and give its new version; what is not named stays, '' empties.

    `typed` is text as a person types it, tags separated by commas. A new ZIP code takes the borough along, and the
    utility unless that is named too. `version` is that of the row the actor saw. Raises Invalid with the first value
    that does not fit; Conflict when somebody changed the lead since, or it is deactivated or erased; NotFound.
    """
    require(session, actor, Permission.LEADS_WRITE)
    lead = _locked(session, actor, lead_id, version)
    before = {detail: getattr(lead, detail) for detail in Detail}
    after = before | {detail: _read(detail, text) for detail, text in typed.items()}
    row = _placed(actor, lead, after, typed)
    changed = [detail for detail in Detail if before[detail] != after[detail]]
    if not changed:
        return version
    if Detail.DO_NOT_CALL in changed and not after[Detail.DO_NOT_CALL] and lead.consent_state == "withdrawn":
        raise Conflict("This person withdrew their consent, so they stay on do-not-call.")
    saved: int = session.scalars(_SAVE, row | {"lead_id": lead_id}).one()
    if Detail.DO_NOT_CALL in changed:
        session.execute(_SELL, {"lead_id": lead_id, "sellable": may_be_sold(session, lead_id)})
    if Detail.ZIP_CODE in changed:
        mark_changed(session, [business_day(at) for at in (lead.created_at, lead.qualified_at) if at])
    told = [detail for detail in changed if detail not in PERSONAL]
    audit(
        session, actor, "leads:details:change", "lead", lead_id, fields=changed,
        before={detail: _plain(before[detail]) for detail in told},
        after={detail: _plain(after[detail]) for detail in told},
    )  # fmt: skip
    return saved


def _locked(session: Session, actor: Actor, lead_id: UUID, version: int) -> Row[Any]:
    lead = session.execute(_LEAD, {"lead_id": lead_id}).one_or_none()
    if lead is None or not actor.reaches(borough=lead.borough):
        raise NotFound("There is no lead with this id.")
    if lead.version != version:
        raise Conflict(what_changed(session, lead_id))
    if not lead.is_active or lead.erased_at is not None:
        raise Conflict("This lead is deactivated or erased: nothing can be changed.")
    return lead


def _read(detail: Detail, typed: str) -> Any:
    """One value, as the column has it. Raises Invalid."""
    typed = typed.replace("\x00", "").strip()
    if detail is Detail.TAGS:
        return _tags(typed)
    if not typed:
        if detail in _NEEDED:
            raise Invalid(_NEEDED[detail])
        return None
    value = _READERS[detail](typed)
    return None if value == "" else value


def _zip_code(typed: str) -> str:
    place = place_of_zip(normalise_zip(typed))
    if place.reason is not None:
        raise Invalid(place.reason)
    return place.zip_code


def _tags(typed: str) -> list[str]:
    tags = sorted({tidy_tag(part) for part in typed.split(",") if part.strip()})
    if len(tags) > MOST_TAGS:
        raise Invalid(REFUSALS[Refusal.TOO_MANY_TAGS])
    return tags


def _one_of(kind: type[StrEnum], what: str) -> Callable[[str], StrEnum]:
    def read(typed: str) -> StrEnum:
        try:
            return kind(typed)
        except ValueError:
            raise Invalid(f"The {what} is not one that is known.") from None

    return read


_READERS: dict[Detail, Callable[[str], Any]] = {
    Detail.FIRST_NAME: normalise_name,
    Detail.LAST_NAME: normalise_name,
    Detail.LANGUAGE: answers.read_language,
    Detail.DO_NOT_CALL: answers.read_yes_no,
    Detail.STREET: lambda typed: tidy(typed, STREET_LIMIT),
    Detail.UNIT: normalise_unit,
    Detail.CITY: lambda typed: tidy(typed, CITY_LIMIT),
    Detail.ZIP_CODE: _zip_code,
    Detail.PROPERTY_TYPE: _one_of(PropertyType, "property type"),
    Detail.OWNERSHIP: _one_of(Ownership, "ownership"),
    Detail.ROOF_TYPE: _one_of(RoofType, "roof type"),
    Detail.ROOF_AGE: values.read_roof_age,
    Detail.UTILITY: _one_of(Utility, "utility"),
    Detail.MONTHLY_BILL: values.read_bill,
}


def _placed(actor: Actor, lead: Row[Any], after: dict[Detail, Any], typed: Mapping[Detail, str]) -> dict[str, Any]:
    """The values to save with what follows from the address; changes `after` where a value takes others along."""
    if Detail.STREET in typed and after[Detail.STREET]:
        address = split_address(after[Detail.STREET])  # as in a file, the unit may stand behind the street
        after[Detail.STREET] = address.street or None
        if address.unit and not typed.get(Detail.UNIT):
            after[Detail.UNIT] = address.unit
    place = place_of_zip(after[Detail.ZIP_CODE])
    moved = after[Detail.ZIP_CODE] != lead.zip_code
    if moved and place.utility is not None and typed.get(Detail.UTILITY, lead.utility) == lead.utility:
        after[Detail.UTILITY] = place.utility
    borough = str(place.borough) if moved else lead.borough
    if not actor.reaches(borough=borough):
        raise Invalid(f"You have no rights in {borough}: ask somebody who has to move this lead there.")
    street, unit = after[Detail.STREET] or "", after[Detail.UNIT] or ""
    house_number, street_name = split_house_number(street)
    row: dict[str, Any] = {str(detail): _stored(value) for detail, value in after.items()}
    return row | {
        "borough": borough,
        "house_number": house_number or None,
        "street_name": street_name or None,
        "address_key": address_key(street, unit, after[Detail.ZIP_CODE]) or None,
    }


def _stored(value: Any) -> Any:
    return str(value) if isinstance(value, StrEnum) else value


def _plain(value: Any) -> Any:
    """A value as the audit entry has it."""
    return value if value is None or isinstance(value, bool | int | list) else str(value)
