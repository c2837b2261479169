"""Choosing the lead to keep among the selected."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pandas as pd

from pages.parts.lead_bulk import survivors_by_name

ONE, OTHER, LATER = (UUID(int=number) for number in (1, 2, 3))
NOON, ONE_PM = datetime(2026, 11, 26, 17, tzinfo=UTC), datetime(2026, 11, 26, 18, tzinfo=UTC)


def test_each_lead_can_be_chosen_also_of_one_name_home_and_instant() -> None:
    rows = [(ONE, NOON), (OTHER, NOON), (LATER, ONE_PM)]
    found = pd.DataFrame(
        [{"id": lead, "full_name": "Ann Alder", "property_address": None, "created_at": at} for lead, at in rows]
    )
    assert survivors_by_name(found) == {
        "Ann Alder, –, Nov 26, 2026, 12:00 PM ET": ONE,  # noqa: RUF001
        f"Ann Alder, –, Nov 26, 2026, 12:00 PM ET ({OTHER})": OTHER,  # noqa: RUF001
        "Ann Alder, –, Nov 26, 2026, 1:00 PM ET": LATER,  # noqa: RUF001
    }
