"""The figures of the Market screen for the days and boroughs chosen, kept for all its panels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aurum_data.queries import market, market_zip
from aurum_data.queries.market import Known
from aurum_data.queries.market_zip import ZipDetail
from pages.parts.filters import Period
from pages.parts.kept import Counted, kept


@kept
def zip_figures(counted: Counted[Known], period: Period, boroughs: Sequence[str]) -> pd.DataFrame:
    """ZIP codes of the boroughs chosen (none: of all), as `market.zip_market` gives them."""
    return counted.read(
        market.zip_market, first=period.first, last=period.last, day=counted.day, boroughs=list(boroughs)
    )


@kept
def offered(counted: Counted[Known], period: Period, boroughs: Sequence[str]) -> tuple[list[str], str | None]:
    """The ZIP codes to choose from, and the best one to buy leads of next."""
    zips = zip_figures(counted, period, boroughs)
    return zips["zip_code"].tolist(), market.best_next(zips)


@kept
def borough_figures(
    counted: Counted[Known], period: Period, compared: Period | None, boroughs: Sequence[str]
) -> pd.DataFrame:
    """The boroughs chosen, as `market.borough_market` gives them."""
    return counted.read(
        market.borough_market,
        zip_figures(counted, period, boroughs),
        first=period.first,
        last=period.last,
        compare_first=compared.first if compared else None,
        compare_last=compared.last if compared else None,
    )


@kept
def zip_row(counted: Counted[Known], period: Period, boroughs: Sequence[str], zip_code: str) -> pd.Series:
    """One row of `zip_figures`."""
    zips = zip_figures(counted, period, boroughs)
    return zips.loc[zips["zip_code"] == zip_code].iloc[0]


@kept
def one_zip(counted: Counted[Known], zip_code: str) -> ZipDetail:
    """Everything about a ZIP code on the day."""
    return counted.read(market_zip.one_zip, zip_code=zip_code, day=counted.day)
