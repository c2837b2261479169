"""Lists that leave the application as files: their formats, and how long a permission to fetch one holds."""

from __future__ import annotations

from enum import StrEnum

FETCH_MINUTES = 10  # between asking for a file and fetching it
LARGEST_XLSX = 100_000  # rows: a workbook is sent only when it is whole, and nobody reads more of one
TOO_MANY_FOR_XLSX = f"A workbook holds at most {LARGEST_XLSX:,} leads: narrow the filter, or take CSV or Parquet."
MANY_ROWS = 1_000  # from here on a file is a security event


class FileFormat(StrEnum):
    """What a list is written as."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
