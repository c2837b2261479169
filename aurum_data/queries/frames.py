"""The rows that a statement gives, as a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Executable
from sqlalchemy.orm import Session

_NOTHING: Mapping[str, Any] = {}


def frame(
    session: Session,
    statement: Executable,
    parameters: Mapping[str, Any] = _NOTHING,
    dtypes: Mapping[str, str] = _NOTHING,
) -> pd.DataFrame:
    """One column per output column, in its order; pandas finds the dtypes that `dtypes` does not name.

    Exact decimals stay objects unless named as float64 or int64; float64 has NaN for NULL, text has None. To change
    the dtypes of a finished frame takes three times as long as making it.
    """
    result = session.execute(statement, parameters)
    return rows_frame(list(result.keys()), result.all(), dtypes)


def rows_frame(
    names: Sequence[str], rows: Sequence[Sequence[Any]], dtypes: Mapping[str, str] = _NOTHING
) -> pd.DataFrame:
    """The same of rows at hand."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pd.DataFrame(
        {
            name: np.array(values, dtype=dtypes[name]) if name in dtypes else _column(values)
            for name, values in zip(names, columns, strict=True)
        },
        columns=list(names),
    )


def _column(values: Sequence[Any]) -> Any:
    """Text with gaps keeps None for NULL: what pandas puts in its place is true, and no text."""
    if None in values and isinstance(next((value for value in values if value is not None), None), str):
        return pd.Series(values, dtype=object)
    return list(values)
