"""Rows of a frame as messages: only the fields that a message names leave the house."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd
from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)


def records(model: type[M], frame: pd.DataFrame) -> list[M]:
    """One message per row. What is missing (NaN, NaT) is None."""
    chosen = frame[list(model.model_fields)].astype(object)
    rows = chosen.where(chosen.notna(), None).to_dict("records")
    return [model.model_validate(row) for row in rows]
