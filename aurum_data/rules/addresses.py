"""New York addresses: parts, and one key per dwelling that is the same however the address was typed.

The key exists to find duplicates; it is not a postal form. Both are pure and idempotent.
Abbreviations follow USPS Publication 28, appendix C (street suffixes and secondary units).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from aurum_data.errors import Invalid
from aurum_data.rules.contact import tidy

STREET_LIMIT = 200
UNIT_LIMIT = 20
CITY_LIMIT = 80

_SUFFIXES = {
    "ALLEY": "ALY", "AV": "AVE", "AVEN": "AVE", "AVENUE": "AVE", "AVN": "AVE", "BOULEVARD": "BLVD",
    "BOUL": "BLVD", "BL": "BLVD", "CIRCLE": "CIR", "CONCOURSE": "CONC", "COURT": "CT", "CRESCENT":
    "CRES", "DRIVE": "DR", "EXPRESSWAY": "EXPY", "HEIGHTS": "HTS", "HIGHWAY": "HWY", "LANE": "LN",
    "PARKWAY": "PKWY", "PKY": "PKWY", "PLACE": "PL", "PLAZA": "PLZ", "ROAD": "RD", "SQUARE": "SQ",
    "STREET": "ST", "STR": "ST", "TERRACE": "TER", "TERR": "TER", "TURNPIKE": "TPKE", "WALK": "WALK",
    "WAY": "WAY", "LOOP": "LOOP", "OVAL": "OVAL",
}  # fmt: skip
_WORDS = {
    "NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W", "NORTHEAST": "NE", "NORTHWEST": "NW",
    "SOUTHEAST": "SE", "SOUTHWEST": "SW", "SAINT": "ST", "FORT": "FT", "MOUNT": "MT", "FIRST": "1",
    "SECOND": "2", "THIRD": "3", "FOURTH": "4", "FIFTH": "5", "SIXTH": "6", "SEVENTH": "7", "EIGHTH":
    "8", "NINTH": "9", "TENTH": "10", "ELEVENTH": "11", "TWELFTH": "12",
}  # fmt: skip
_TOKENS = _SUFFIXES | _WORDS
_STREET_ENDS = frozenset(_SUFFIXES.values()) | frozenset(_SUFFIXES)

_UNIT_NAMES = (
    r"(?:apartments?|apt|unit|suite|ste|room|rm|no)\b\.?\s*#?\s*(?P<named>[a-z0-9][a-z0-9/-]{0,9})"
    r"|#\s*(?P<hash>[a-z0-9][a-z0-9/-]{0,9})"
    r"|(?P<floor>\d{1,2})\s*(?:st|nd|rd|th)?\s*(?:floor|flr|fl)\b\.?"
    r"|(?:floor|flr|fl)\b\.?\s*#?\s*(?P<floor_after>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?:penthouse|ph)\b\.?\s*#?\s*-?(?P<penthouse>[a-z0-9]{0,3})"
    r"|(?P<place>basement|bsmt|rear|garden (?:apartment|apt|level|unit)|parlor floor)\b\.?"
)
_UNIT = re.compile(rf"(?:{_UNIT_NAMES})", re.IGNORECASE)
_UNIT_AT_END = re.compile(rf"[\s,]+(?:{_UNIT_NAMES})$", re.IGNORECASE)
_MAY_END_UNIT = re.compile(r"\d|#|^(?:fl|ph|pent|basement|bsmt|rear|apartment|apt|level|unit)", re.IGNORECASE)
_NAMES_UNIT = re.compile(r"(?:apartments?|apt|unit|suite|ste|room|rm|no|#|ph|penthouse)\b", re.IGNORECASE)
_BARE_UNIT = re.compile(r"(?=\w*\d)[A-Za-z]{0,2}-?\d{1,3}-?[A-Za-z]{0,2}")
_PLAIN_UNIT = re.compile(r"[A-Z0-9][A-Z0-9/-]*")
_ZIP_AT_END = re.compile(r"[\s,]+(\d{5})(?:-\d{4})?$")
_COUNTRY_AT_END = re.compile(r"[\s,]+(?:USA|US|U\.S\.A?\.?|United States(?: of America)?)$", re.IGNORECASE)
_STATE_AT_END = re.compile(r"[\s,]+(?:NY|N\.Y\.?|New York State)$", re.IGNORECASE)
_FULL_STATE_AT_END = re.compile(r",\s*New York$", re.IGNORECASE)
_ZIP_CODE = re.compile(r"(\d{5})(?:-?\d{4}|\.0+)?")
_ORDINAL = re.compile(r"(\d+)(?:ST|ND|RD|TH)")
_HYPHENATED_HOUSE = re.compile(r"^(\d+)\s*-\s*(\d+)")
_NOT_KEY = re.compile(r"[^\w\s/]|_")
_HOUSE = re.compile(r"^\d+[A-Z]?\b")
_HOUSE_AND_STREET = re.compile(r"(\d+[A-Za-z]?(?:-\d+[A-Za-z]?)?(?: 1/2)?)\s+(\S.*)")


class Address(NamedTuple):
    """Parts of an address; what was not there is ''. `zip_code` has five digits."""

    street: str
    unit: str = ""
    city: str = ""
    zip_code: str = ""


def normalise_zip(text: str) -> str:
    """Five digits of a ZIP code, from '11215-1234', '11215.0' (a spreadsheet's), '7030' (its lost zero).

    Raises Invalid.
    """
    value = text.strip()
    if len(value) == 5 and value.isascii() and value.isdigit():
        return value
    if value.isascii() and value.removesuffix(".0").isdigit() and 3 <= len(value.removesuffix(".0")) <= 4:
        return value.removesuffix(".0").zfill(5)
    found = _ZIP_CODE.fullmatch(value) if value.isascii() else None
    if found is None:
        raise Invalid("The ZIP code does not have five digits.")
    return found[1]


@lru_cache(maxsize=10_000)
def normalise_unit(text: str) -> str:
    """A dwelling within a building: 'Apt. 5-b' and '#5B' give '5B', '2nd floor' 'FL 2', 'PH-A' 'PH A'."""
    value = tidy(text, STREET_LIMIT)
    found = _UNIT.fullmatch(value)
    if found is None:
        unit = value.upper()
    elif floor := (found["floor"] or found["floor_after"]):
        unit = f"FL {int(floor)}"
    elif found["place"]:
        unit = {"basement": "BSMT"}.get(found["place"].lower(), found["place"].split()[0].upper())
    elif found["penthouse"] is not None:
        unit = f"PH {found['penthouse'].upper()}".rstrip()
    else:
        unit = (found["named"] or found["hash"]).upper()
    if _PLAIN_UNIT.fullmatch(unit):
        unit = unit.replace("-", "")
    return unit[:UNIT_LIMIT].rstrip()


def _split_unit(street: str) -> tuple[str, str]:
    """(street, unit): a named unit at the end, or a bare '5B' behind a street suffix."""
    words = street.split(" ")
    if len(words) < 2 or not (_MAY_END_UNIT.search(words[-1]) or _NAMES_UNIT.match(words[-2])):
        return street, ""
    found = _UNIT_AT_END.search(street)
    if found is not None and found.start() > 0:
        return street[: found.start()].rstrip(" ,"), normalise_unit(found[0].strip(" ,"))
    if len(words) >= 4 and words[-2].upper().rstrip(".") in _STREET_ENDS and _BARE_UNIT.fullmatch(words[-1]):
        return " ".join(words[:-1]), normalise_unit(words[-1])
    return street, ""


def _without_region(line: str) -> tuple[str, str]:
    """(line without country, ZIP code and state at its end, ZIP code or '')."""
    if line[-1:].isalpha() or line[-1:] == ".":
        line = _COUNTRY_AT_END.sub("", line)
    zip_code = ""
    if line[-1:].isdigit() and (found := _ZIP_AT_END.search(line)):
        zip_code, line = found[1], line[: found.start()]
    if line[-1:] in "YykKeE.":
        line, states = _STATE_AT_END.subn("", line)
        if zip_code and not states and line.count(",") > 1:
            line = _FULL_STATE_AT_END.sub("", line)
    return line, zip_code


def split_address(text: str) -> Address:
    """The parts of an address on one line, as in '41-25 Kissena Blvd, Apt 5C, Flushing, NY 11355'.

    Text without commas is a street with perhaps a unit at its end.
    """
    line = tidy(text.replace(";", ","), STREET_LIMIT)
    line, zip_code = _without_region(line)
    street, *others = [part.strip() for part in line.strip(" ,").split(",")]
    unit = ""
    if others and others[0] and _UNIT.fullmatch(others[0]):
        unit, others = normalise_unit(others[0]), others[1:]
    if not unit:
        street, unit = _split_unit(street)
    city = ", ".join(part for part in others if part)
    return Address(street, unit, city[:CITY_LIMIT], zip_code)


def address_key(street: str, unit: str, zip_code: str) -> str:
    """One key per dwelling: '123 West Fourth Street' and '123 W. 4th St' agree, as do '41-25' and '4125'.

    '' where there is no house number or no ZIP code: then an address proves nothing about a duplicate.
    """
    text = tidy(street, STREET_LIMIT).upper()
    if not text.replace(" ", "").isalnum():
        text = _HYPHENATED_HOUSE.sub(r"\1\2", text)
        text = _NOT_KEY.sub(" ", text.replace("'", "").replace("\u2019", ""))
    words: list[str] = []
    for word in text.split():
        ordinal = _ORDINAL.fullmatch(word) if word[0].isdigit() else None
        words.append(ordinal[1] if ordinal else _TOKENS.get(word, word))
    key = " ".join(words)
    if not zip_code or len(words) < 2 or not _HOUSE.match(key):
        return ""
    return f"{key}|{normalise_unit(unit).replace(' ', '')}|{zip_code}"


def split_house_number(street: str) -> tuple[str, str]:
    """(house number, street name): '41-25 Kissena Blvd' gives 41-25, Kissena Blvd; ('', line) where the line
    does not begin with a number."""
    found = _HOUSE_AND_STREET.fullmatch(street)
    return (found[1], found[2]) if found else ("", street)
