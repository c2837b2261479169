"""Revenue: the figures of the Revenue screen."""

from __future__ import annotations

from aurum_data.database import get_database
from aurum_data.queries.revenue import revenue_as_of, revenue_by_platform, revenue_summary
from pages.api.call import Answer, Call
from pages.api.messages import Period, PlatformRevenue, Revenue, RevenueTotal
from pages.api.period import days
from pages.api.rows import records


def revenue(call: Call[Period, None]) -> Answer:
    """What a period brought, in all and by platform."""
    first, last = days(call.query)
    database, actor = get_database(), call.machine.actor
    total = database.query(actor, revenue_summary, first=first, last=last)
    frame = database.query(actor, revenue_by_platform, first=first, last=last)
    return Answer(
        Revenue(
            first=first,
            last=last,
            as_of=database.query(actor, revenue_as_of),
            covered_days=total.covered_days,
            total=RevenueTotal.model_validate(total, from_attributes=True),
            platforms=records(PlatformRevenue, frame),
        )
    )
