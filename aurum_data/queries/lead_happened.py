"""Leads by what happened to them on some days: the leads behind a bar of a chart, counted as the chart counts.

Charts count events as the rollups do (jobs/rollup_statements.py, jobs/quality_statements.py); the conditions here say
the same of one lead. A lead to which it happened twice is one lead of the list, and two of the chart.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from aurum_data.clock import day_range
from aurum_data.errors import Invalid
from aurum_data.rules.leads import LeadEvent

MOST_DETAILS = 20
BANDS = frozenset(str(band) for band in range(0, 100, 10))


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something that happened from `first` to `last` (New York days, both included).

    `details` narrow it down: of deliveries, why they were refused or failed (a reason, an error's code, "not_given");
    of scorings, the bands of ten points that the score fell into ("0", "10" ... "90").
    Raises Invalid for days that lie backwards, and for details that the event has none of.
    """

    event: LeadEvent
    first: date
    last: date
    details: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid("The first day of the range lies after the last one.")
        if self.details and self.event not in (LeadEvent.DELIVERED, LeadEvent.SCORED):
            raise Invalid("Only deliveries and scorings can be narrowed down further.")
        if len(self.details) > MOST_DETAILS:
            raise Invalid(f"A list can be narrowed down to at most {MOST_DETAILS} reasons.")
        if self.event is LeadEvent.SCORED and not BANDS.issuperset(self.details):
            raise Invalid("A band of scores begins at 0, 10 and so on up to 90.")


_LEDGER = """
    EXISTS (SELECT FROM b2b_revenue_transactions h WHERE h.lead_id = l.id AND h.transaction_type = '{}'
            AND h.occurred_at >= :happened_from AND h.occurred_at < :happened_until{})
"""
_CONDITIONS = {
    LeadEvent.QUALIFIED: "(l.qualified_at >= :happened_from AND l.qualified_at < :happened_until{})",
    LeadEvent.DELIVERED: """
    EXISTS (SELECT FROM lead_exports h WHERE h.lead_id = l.id
            AND h.created_at >= :happened_from AND h.created_at < :happened_until
            AND h.status NOT IN ('queued', 'sending', 'cancelled'){})
    """,
    LeadEvent.SOLD: _LEDGER.format("sale", "{}"),
    LeadEvent.RETURNED: _LEDGER.format("return", "{}"),
    LeadEvent.SCORED: """
    EXISTS (SELECT FROM lead_quality_history h WHERE h.lead_id = l.id
            AND h.created_at >= :happened_from AND h.created_at < :happened_until{})
    """,
}
_DETAILS = {
    LeadEvent.DELIVERED: "coalesce(h.rejection_reason, h.error_code, 'not_given') = ANY (:happened_details)",
    LeadEvent.SCORED: "least(h.new_score / 10, 9) * 10 = ANY (CAST(:happened_details AS int[]))",
}


def happened_condition(
    happened: Happened, platforms: Collection[UUID], statuses: Collection[str]
) -> tuple[str, dict[str, Any]]:
    """The condition on `leads l`, and its parameters.

    Deliveries, sales and returns are those to the `platforms` (none: any); deliveries those in the `statuses`.
    """
    begins, ends = day_range(happened.first, happened.last)
    values: dict[str, Any] = {"happened_from": begins, "happened_until": ends}
    narrowed: list[str] = []
    if platforms and happened.event in (LeadEvent.DELIVERED, LeadEvent.SOLD, LeadEvent.RETURNED):
        narrowed.append("h.platform_id = ANY (:happened_platforms)")
        values["happened_platforms"] = list(platforms)
    if statuses and happened.event is LeadEvent.DELIVERED:
        narrowed.append("h.status = ANY (:happened_statuses)")
        values["happened_statuses"] = [str(status) for status in statuses]
    if happened.details:
        narrowed.append(_DETAILS[happened.event])
        values["happened_details"] = list(happened.details)
    return _CONDITIONS[happened.event].format("".join(f" AND {part}" for part in narrowed)), values
