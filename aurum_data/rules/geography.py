"""Where a ZIP code lies: borough, electric utility, or why it is not New York City.

ZIP to borough is a prefix rule with few exceptions. It was compared with all 336 entries of the five counties
in an open ZIP table (snapshot of June 2026) and gave the same county for each. It says where a code would
lie, not whether the Postal Service uses it: `nyc_zip_codes` lists the codes in use that we know.

ZIP to utility: Con Edison serves the five boroughs except the Rockaway peninsula, which is LIPA, run by PSEG
Long Island. No official table exists; the ZIPs of the peninsula are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Borough(StrEnum):
    """The five boroughs, by the name people read."""

    MANHATTAN = "Manhattan"
    BRONX = "Bronx"
    BROOKLYN = "Brooklyn"
    QUEENS = "Queens"
    STATEN_ISLAND = "Staten Island"

    @property
    def county(self) -> str:
        """Name of the county that is the borough."""
        return _COUNTIES[self][0]

    @property
    def county_fips(self) -> str:
        """Five-digit county FIPS code."""
        return _COUNTIES[self][1]

    @property
    def code(self) -> int:
        """The city's borough code, first digit of a BBL."""
        return _COUNTIES[self][2]


class Utility(StrEnum):
    """The electric utility that bills the home."""

    CON_EDISON = "CON_EDISON"
    PSEG_LI = "PSEG_LI"

    @property
    def label(self) -> str:
        """The name people read."""
        return "Con Edison" if self is Utility.CON_EDISON else "PSEG Long Island"


_COUNTIES = {
    Borough.MANHATTAN: ("New York County", "36061", 1),
    Borough.BRONX: ("Bronx County", "36005", 2),
    Borough.BROOKLYN: ("Kings County", "36047", 3),
    Borough.QUEENS: ("Queens County", "36081", 4),
    Borough.STATEN_ISLAND: ("Richmond County", "36085", 5),
}

_BOROUGH_OF_PREFIX = {
    "100": Borough.MANHATTAN,
    "101": Borough.MANHATTAN,
    "102": Borough.MANHATTAN,
    "103": Borough.STATEN_ISLAND,
    "104": Borough.BRONX,
    "111": Borough.QUEENS,
    "112": Borough.BROOKLYN,
    "113": Borough.QUEENS,
    "114": Borough.QUEENS,
    "116": Borough.QUEENS,
}

# Codes that lie elsewhere than their prefix says.
_BOROUGH_OF_ZIP = {
    "11002": Borough.QUEENS,  # Floral Park post-office boxes
    "11004": Borough.QUEENS,  # Glen Oaks
    "11005": Borough.QUEENS,  # North Shore Towers
    "11425": Borough.BROOKLYN,  # Fort Hamilton VA hospital
}

# Nassau codes whose area or city name reaches into Queens.
_NASSAU_LOOKALIKES = {
    "11001": "Floral Park",
    "11003": "Elmont",
    "11040": "New Hyde Park",
    "11096": "Inwood, also addressed as Far Rockaway",
}

# Westchester at the Bronx line: also Con Edison, so a bill looks right, but no city abatement.
_WESTCHESTER_PREFIXES = ("105", "106", "107", "108")

_ROCKAWAY_ZIPS = frozenset({"11690", "11691", "11692", "11693", "11694", "11695", "11697"})

# Rockaway Beach and Broad Channel share 11693; who serves Broad Channel must be checked by address.
_UTILITY_UNSURE = frozenset({"11693"})

_ZIP = re.compile(r"\s*(\d{5})(?:[-\s]?\d{4})?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ZipPlace:
    """What a ZIP code alone tells.

    `borough` and `utility` are None outside New York City; `reason` then says why, as a sentence for a
    person. `needs_review` means that the utility must be checked by address.
    """

    zip_code: str
    borough: Borough | None
    utility: Utility | None
    needs_review: bool = False
    reason: str | None = None

    @property
    def in_nyc(self) -> bool:
        """Whether the code lies in one of the five boroughs."""
        return self.borough is not None


def zip5(text: str) -> str | None:
    """The five digits of a ZIP or ZIP+4 code as typed, or None when the text is not one."""
    match = _ZIP.fullmatch(text)
    return match.group(1) if match else None


def borough_of_zip(zip_code: str) -> Borough | None:
    """The borough of a five-digit ZIP code; None outside the city."""
    if not _is_zip5(zip_code):
        return None
    return _BOROUGH_OF_ZIP.get(zip_code) or _BOROUGH_OF_PREFIX.get(zip_code[:3])


def utility_of_zip(zip_code: str) -> Utility | None:
    """The electric utility of a five-digit ZIP code; None outside the city."""
    if borough_of_zip(zip_code) is None:
        return None
    return Utility.PSEG_LI if zip_code in _ROCKAWAY_ZIPS else Utility.CON_EDISON


def place_of_zip(text: str) -> ZipPlace:
    """Read a ZIP code as typed (five digits or ZIP+4) and say where it lies."""
    zip_code = zip5(text)
    if zip_code is None:
        return ZipPlace(text.strip(), None, None, reason="This is not a five-digit ZIP code.")
    borough = borough_of_zip(zip_code)
    if borough is None:
        return ZipPlace(zip_code, None, None, reason=_why_outside(zip_code))
    return ZipPlace(zip_code, borough, utility_of_zip(zip_code), needs_review=zip_code in _UTILITY_UNSURE)


def _why_outside(zip_code: str) -> str:
    if zip_code in _NASSAU_LOOKALIKES:
        return (
            f"{zip_code} ({_NASSAU_LOOKALIKES[zip_code]}) is in Nassau County: "
            "no New York City abatement; accept it only with a Queens street address."
        )
    if zip_code.startswith(_WESTCHESTER_PREFIXES):
        return f"{zip_code} is in Westchester County: Con Edison rates, but no New York City abatement."
    return f"{zip_code} is outside New York City."


def _is_zip5(text: str) -> bool:
    return len(text) == 5 and text.isascii() and text.isdigit()
