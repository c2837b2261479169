"""The columns of the list, and those of a file that hold what they show."""

from __future__ import annotations

import pytest

from aurum_data.downloads.columns import COLUMNS
from pages.parts.lead_columns import TITLES, in_a_file


@pytest.mark.parametrize("column", TITLES)
def test_a_file_can_hold_what_each_column_of_the_list_shows(column: str) -> None:
    held = in_a_file([column])
    assert held
    assert set(held) <= set(COLUMNS)


def test_a_file_has_the_order_of_the_list() -> None:
    assert in_a_file(["lead_score", "address", "name"]) == ["lead_score", "property_address", "unit", "full_name"]
