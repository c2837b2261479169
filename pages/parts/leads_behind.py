"""Which leads each chart counts, as filters of the list; a test compares both to the row.

What happened to a lead counts even if it was deactivated since, as in the rollups. Leads that came, and those that
qualified, are counted while they are active.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from aurum_data.queries.lead_filter import LeadFilter
from aurum_data.queries.lead_happened import Happened
from aurum_data.rules.geography import Borough
from aurum_data.rules.leads import LeadEvent, LeadQuality, quality_of
from aurum_data.rules.platforms import ExportStatus
from pages.parts.filters import Period


def came(period: Period, zip_codes: Sequence[str] = (), boroughs: Sequence[str] = ()) -> LeadFilter:
    """Leads that arrived in a period, from some ZIP codes or boroughs or all."""
    return LeadFilter(
        created_from=period.first,
        created_to=period.last,
        zip_codes=tuple(sorted(zip_codes)),
        boroughs=tuple(Borough(borough) for borough in boroughs),
    )


def qualified(period: Period) -> LeadFilter:
    """Leads that became qualified in a period."""
    return LeadFilter(happened=Happened(event=LeadEvent.QUALIFIED, first=period.first, last=period.last))


def delivered(
    period: Period,
    platforms: Sequence[UUID] = (),
    statuses: Collection[ExportStatus] = (),
    reasons: Sequence[str] = (),
) -> LeadFilter:
    """Leads sent to platforms in a period, with these answers, for these reasons of refusal or error."""
    return LeadFilter(
        platforms=tuple(platforms),
        export_statuses=tuple(status for status in ExportStatus if status in statuses),
        include_inactive=True,
        happened=Happened(event=LeadEvent.DELIVERED, first=period.first, last=period.last, details=tuple(reasons)),
    )


def earned(period: Period, event: LeadEvent, platforms: Sequence[UUID] = ()) -> LeadFilter:
    """Leads whose sale or return stands in the ledger of a period."""
    return LeadFilter(
        platforms=tuple(platforms),
        include_inactive=True,
        happened=Happened(event=event, first=period.first, last=period.last),
    )


def scored(period: Period, bands: Collection[int] = (), sources: Sequence[UUID] = ()) -> LeadFilter:
    """Leads from some sources that were scored in a period within some bands of ten points, whatever they have now."""
    details = tuple(str(band) for band in sorted(bands))
    return LeadFilter(
        sources=tuple(sources),
        include_inactive=True,
        happened=Happened(event=LeadEvent.SCORED, first=period.first, last=period.last, details=details),
    )


def bands_of(tier: LeadQuality) -> list[int]:
    """The bands of a tier; tiers begin at whole bands."""
    return [band for band in range(0, 100, 10) if quality_of(band) == tier]


def step_within(period: Period, first: date, days: int) -> Period:
    """The days of one step of a chart that begins on `first`, as far as they lie in the period."""
    return Period(max(first, period.first), min(first + timedelta(days=days - 1), period.last))
