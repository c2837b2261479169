"""Which column of a file holds what: proposed from its header, to be corrected by a person.

The names are those that exports really carry: Facebook Lead Ads (`created_time`, `is_organic`), Google Ads
lead forms (`Lead ID`, `gcl_id`, `User Column: Full Name`), HubSpot (`Record ID`, `Original Source`),
Salesforce (`FirstName`, `HasOptedOutOfEmail`, or report labels such as `Zip/Postal Code`) and Typeform (`#`,
questions in full, `Submit Date (UTC)`), besides what people call their own columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from aurum_data.errors import Invalid
from aurum_data.intake.header_names import ALIASES, BOOKKEEPING, QUESTIONS, SIGNATURES, Field, SourceSystem

_FIELD_OF_ALIAS = {alias: field for field, aliases in ALIASES.items() for alias in aliases.split()}
_RANK = {alias: rank for aliases in ALIASES.values() for rank, alias in enumerate(aliases.split())}


@dataclass(frozen=True)
class Mapping:
    """Which header holds which field. `confidence` is 1.0 for a known name or a person's choice, 0.8 for a
    question understood, 0.6 for a name that is only similar."""

    source_system: SourceSystem
    headers: tuple[str, ...]
    fields: dict[Field, str]
    confidence: dict[Field, float]

    @property
    def unmatched(self) -> tuple[str, ...]:
        """Headers that no field reads, in the file's order."""
        used = set(self.fields.values())
        return tuple(header for header in self.headers if header not in used)

    @cached_property
    def positions(self) -> dict[Field, int]:
        """Column number, from 0, by field."""
        return {field: self.headers.index(header) for field, header in self.fields.items()}

    @cached_property
    def created_in_utc(self) -> bool:
        """Does the header of the creation time say that times without offset are UTC?"""
        header = self.fields.get(Field.CREATED_AT, "")
        return re.search(r"\b(utc|gmt)\b", header, re.IGNORECASE) is not None

    def changed(self, changes: MappingType[Field, str | None]) -> Mapping:
        """This mapping with some fields read from other headers, or (None) from none. Raises Invalid."""
        fields, confidence = dict(self.fields), dict(self.confidence)
        for field, header in changes.items():
            fields.pop(field, None)
            confidence.pop(field, None)
            if header is None:
                continue
            if header not in self.headers:
                raise Invalid(f"The file has no column named {header[:80]}.")
            fields[field], confidence[field] = header, 1.0
        return Mapping(self.source_system, self.headers, fields, confidence)

    def check(self) -> None:
        """Raise Invalid unless a person can be reached and placed by these columns."""
        if not self.fields.keys() & {Field.PHONE, Field.MOBILE_PHONE, Field.EMAIL}:
            raise Invalid("No column with a phone number or an email address was found; say which one it is.")
        if not self.fields.keys() & {Field.ZIP_CODE, Field.STREET}:
            raise Invalid("No column with a ZIP code or a full address was found; say which one it is.")


def propose_mapping(headers: Iterable[str]) -> Mapping:
    """The likeliest field of each header; a field takes its surest header."""
    headers = tuple(headers)
    keys = {header: _key(header) for header in headers}
    system = _source_system(headers, set(keys.values()))
    candidates: list[tuple[float, int, int, Field, str]] = []
    for position, header in enumerate(headers):
        guess = _field_of(keys[header], system)
        if guess is not None:
            field, confidence = guess
            rank = _RANK.get(keys[header], 0)
            candidates.append((-confidence, rank, position, field, header))
    fields: dict[Field, str] = {}
    confidences: dict[Field, float] = {}
    for minus_confidence, _, _, field, header in sorted(candidates):
        if field not in fields:
            fields[field], confidences[field] = header, -minus_confidence
    return Mapping(system, headers, fields, confidences)


def _key(header: str) -> str:
    """A header in comparable form: 'FirstName', 'First Name' and 'first_name?' -> 'first_name'."""
    text = re.sub(r"^\s*user column:\s*", "", header, flags=re.IGNORECASE)
    text = re.sub(r"__[cr]$", "", text)  # Salesforce marks custom fields
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[^a-z0-9#]+", "_", text.lower()).strip("_")


def _source_system(headers: tuple[str, ...], keys: set[str]) -> SourceSystem:
    if any(header.lower().startswith("user column:") for header in headers):
        return SourceSystem.GOOGLE
    best, best_excess = SourceSystem.OTHER, -1
    for system, needed, names in SIGNATURES:
        excess = len(keys & names) - needed
        if excess > best_excess:
            best, best_excess = system, excess
    return best


def _field_of(key: str, system: SourceSystem) -> tuple[Field, float] | None:
    """(field, confidence) for one header, or None."""
    if system is SourceSystem.FACEBOOK and key == "platform":
        return Field.UTM_SOURCE, 1.0
    if key in _FIELD_OF_ALIAS:
        return _FIELD_OF_ALIAS[key], 1.0
    if BOOKKEEPING.search(key):
        return None
    for field, question in QUESTIONS:
        if question.search(key):
            return field, 0.8
    close = get_close_matches(key, _FIELD_OF_ALIAS, n=1, cutoff=0.88) if len(key) > 4 else []
    return (_FIELD_OF_ALIAS[close[0]], 0.6) if close else None


__all__ = ["Field", "Mapping", "SourceSystem", "propose_mapping"]
