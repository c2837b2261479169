"""What a person may do about the market's figures: correct an electric rate, from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aurum_data.actions.core import Actor, audit, require
from aurum_data.clock import today
from aurum_data.errors import Invalid, NotFound
from aurum_data.rules.identity import Permission

LONGEST_TEXT = 300
DAYS_AHEAD = 366
# The highest value that a residential tariff could plausibly have, by unit: well above any known, well below the
# same figure typed in cents.
HIGHEST = {
    "usd_per_kwh": Decimal("1.50"),
    "usd_per_month": Decimal(200),
    "usd_per_day": Decimal(10),
    "usd_per_kw": Decimal(100),
    "usd_per_kw_month": Decimal(100),
    "usd_per_kw_day": Decimal(3),
    "ratio": Decimal(10),
}
LOWEST_ADJUSTMENT = Decimal("-0.10")  # riders and yearly adjustments can be credits

_RATE = text("""
    SELECT id, utility, zip_code, rate_plan, component, season, time_of_use, tier_from_kwh, unit, rate, source, note,
           lower(effective) AS first_day, upper(effective) AS end_day
    FROM nyc_electric_rates WHERE id = :id FOR UPDATE
""")
# The period of the same component that begins on a day.
_SUCCESSOR = text("""
    SELECT id, rate, source, note FROM nyc_electric_rates
    WHERE utility = :utility AND zip_code IS NOT DISTINCT FROM :zip_code AND rate_plan = :rate_plan
      AND component = :component AND season = :season AND time_of_use = :time_of_use
      AND tier_from_kwh = :tier_from_kwh AND lower(effective) = :effective_from
""")
_CHANGE = text("""
    UPDATE nyc_electric_rates SET rate = :rate, source = :source, note = :note, corrected_by = :corrected_by
    WHERE id = :id
""")
_CLOSE = text("""
    UPDATE nyc_electric_rates SET effective = daterange(lower(effective), :effective_from) WHERE id = :id
""")
_INSERT = text("""
    INSERT INTO nyc_electric_rates (utility, zip_code, rate_plan, component, season, time_of_use, tier_from_kwh, unit,
                                    rate, effective, is_solar_specific, source, source_grade, note, corrected_by)
    SELECT utility, zip_code, rate_plan, component, season, time_of_use, tier_from_kwh, unit,
           :rate, daterange(:effective_from, CAST(:end_day AS date)), is_solar_specific, :source, source_grade, :note,
           :corrected_by
    FROM nyc_electric_rates WHERE id = :id
    RETURNING id
""")


@dataclass(frozen=True)
class CorrectedRate:
    """The row that holds the corrected rate; `changed` is False when it already did."""

    rate_id: UUID
    changed: bool


def correct_rate(
    session: Session,
    actor: Actor,
    *,
    rate_id: UUID,
    new_rate: Decimal,
    effective_from: date,
    source: str,
    note: str = "",
) -> CorrectedRate:
    """Give a tariff component another value from a day on, to the end of the period that the day lies in.

    The period up to the day before keeps the old value; from its first day on, the row itself changes and the audit
    entry keeps the old value. The unit stays. Repeating a correction changes nothing. Raises Invalid for a value, day
    or source that cannot be right; NotFound.
    """
    require(session, actor, Permission.MARKET_WRITE)
    source, note = _filled_in(source, note)
    row = session.execute(_RATE, {"id": rate_id}).one_or_none()
    if row is None:
        raise NotFound("This rate is not there any more. Look again first.")
    new = {"rate": new_rate, "source": source, "note": note or None}
    done = _already(session, row, new, effective_from)
    if done is not None:
        return CorrectedRate(done, changed=False)
    _plausible(row, new_rate)
    _within(row, effective_from)
    values = {**new, "id": rate_id, "corrected_by": actor.user_id, "effective_from": effective_from}
    corrected = rate_id
    if row.first_day == effective_from:
        session.execute(_CHANGE, values)
    else:
        session.execute(_CLOSE, values)
        corrected = session.scalars(_INSERT, {**values, "end_day": row.end_day}).one()
    audit(
        session,
        actor,
        "market:rate:correct",
        "nyc_electric_rate",
        corrected,
        reason=note or None,
        rate_plan=row.rate_plan,
        component=row.component,
        unit=row.unit,
        before=str(row.rate),
        after=str(new_rate),
        effective_from=effective_from.isoformat(),
        source_before=row.source,
        source=source,
        corrects=str(rate_id),
    )
    return CorrectedRate(corrected, changed=True)


def _filled_in(source: str, note: str) -> tuple[str, str]:
    source, note = source.strip(), note.strip()
    if not source:
        raise Invalid("Name the source of the new rate: a tariff leaf, a bill, an address.")
    if max(len(source), len(note)) > LONGEST_TEXT:
        raise Invalid(f"The source and the note may have at most {LONGEST_TEXT} characters each.")
    return source, note


def _already(session: Session, row: Row[tuple[object, ...]], new: dict[str, object], day: date) -> UUID | None:
    """The row that holds just this correction, made before; None: it is still to be made."""
    keys = ("utility", "zip_code", "rate_plan", "component", "season", "time_of_use", "tier_from_kwh")
    named = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    found = session.execute(_SUCCESSOR, {**{key: named[key] for key in keys}, "effective_from": day}).one_or_none()
    if found is None or (found.rate, found.source, found.note) != (new["rate"], new["source"], new["note"]):
        return None
    return UUID(str(found.id))


def _plausible(row: Row[tuple[object, ...]], rate: Decimal) -> None:
    if not rate.is_finite() or rate != round(rate, 6):
        raise Invalid("Give the rate as a number with at most six decimals.")
    highest = HIGHEST.get(row.unit, Decimal(1000))
    is_adjustment = row.component.startswith(("rider", "average_")) or row.rate < 0
    lowest = LOWEST_ADJUSTMENT if is_adjustment else Decimal(0)
    if not lowest <= rate <= highest:
        raise Invalid(f"{rate} cannot be right: such a rate lies between {lowest} and {highest}, in dollars.")
    if rate == row.rate:
        raise Invalid(f"The rate is {rate.normalize():f} already.")


def _within(row: Row[tuple[object, ...]], day: date) -> None:
    first, end = row.first_day, row.end_day
    if first is not None and day < first:
        raise Invalid(f"This period begins on {_said(first)}: correct the one before it, or choose a later day.")
    if end is not None and day >= end:
        raise Invalid(f"This period ends on {_said(end - timedelta(days=1))}: correct the one after it.")
    if day > today() + timedelta(days=DAYS_AHEAD):
        raise Invalid("Choose a day at most a year ahead.")


def _said(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
