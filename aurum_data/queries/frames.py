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

    Exact decimals stay objects unless named as float64 or int64; float64 has NaN for NULL. To change the dtypes of a
    finished frame takes three times as long as making it.
    """
    result = session.execute(statement, parameters)
    names = list(result.keys())
    rows = result.all()
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pd.DataFrame(
        {
            name: np.array(values, dtype=dtypes[name]) if name in dtypes else list(values)
            for name, values in zip(names, columns, strict=True)
        },
        columns=names,
    )
