"""A filter of leads as JSON, for what keeps it: saved views, links, background jobs, exports.

Parts that filter nothing are left out. The search text is part of it and may be personal: whatever keeps it must
not show it to people without the right to read leads, nor write it to logs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from aurum_data.errors import Invalid
from aurum_data.queries.lead_filter import Duplicates, Join, LeadConditions, LeadFilter
from aurum_data.queries.lead_happened import Happened
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import LeadEvent, LeadQuality, LeadStatus
from aurum_data.rules.periods import NamedPeriod
from aurum_data.rules.platforms import ExportStatus
from aurum_data.rules.privacy import ConsentState


def to_json(chosen: LeadFilter) -> dict[str, Any]:
    """What `from_json` reads: names of parts and plain values."""
    return _written(chosen)


def from_json(stored: Mapping[str, Any]) -> LeadFilter:
    """The filter that `to_json` wrote. Raises Invalid for anything that it would not have written."""
    return LeadFilter(**_read(stored, _FILTER))


def _written(chosen: LeadConditions | Happened) -> dict[str, Any]:
    parts = ((field.name, getattr(chosen, field.name), field.default) for field in fields(chosen))
    return {name: _plain(value) for name, value, nothing in parts if value != nothing}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, LeadConditions | Happened):
        return _written(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | StrEnum) else value


Reader = Callable[[Any], Any]


def _read(stored: Any, readers: Mapping[str, Reader]) -> dict[str, Any]:
    if not isinstance(stored, Mapping):
        raise Invalid("This is not a filter of leads.")
    if unknown := sorted(str(name) for name in stored if name not in readers):
        raise Invalid(f"This filter of leads has parts that are not known: {', '.join(unknown)[:200]}.")
    return {name: _part(name, value, readers[name]) for name, value in stored.items()}


def _part(name: str, value: Any, reader: Reader) -> Any:
    try:
        return reader(value)
    except (TypeError, ValueError):
        raise Invalid(f"This filter of leads has a value that does not fit its part {name}.") from None


def _exactly(kind: type) -> Reader:
    """A value of this very type: True is no number, and no number is a text."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return read


_text, _number, _flag = _exactly(str), _exactly(int), _exactly(bool)


def _several(read_one: Reader) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError
        return tuple(read_one(one) for one in value)

    return read


def _in_the_usual_form(read: Reader) -> Reader:
    """A value of which there is one form: what is read, written again, is the same text."""

    def read_strictly(value: Any) -> Any:
        known = read(_text(value))
        if str(known) != value:
            raise ValueError
        return known

    return read_strictly


_id, _day = _in_the_usual_form(UUID), _in_the_usual_form(date.fromisoformat)


def _assignee(value: Any) -> Any:
    return value if value in ("nobody", "me") else _id(value)


def _group(value: Any) -> LeadConditions:
    return LeadConditions(**_read(value, _CONDITIONS))


def _happened(value: Any) -> Happened:
    return Happened(**_read(value, _HAPPENED))


_HAPPENED: dict[str, Reader] = {
    "event": LeadEvent,
    "first": _day,
    "last": _day,
    "details": _several(_text),
}
_CONDITIONS: dict[str, Reader] = {
    "statuses": _several(LeadStatus),
    "qualities": _several(LeadQuality),
    "lowest_score": _number,
    "highest_score": _number,
    "boroughs": _several(Borough),
    "zip_codes": _several(_text),
    "utilities": _several(Utility),
    "created": NamedPeriod,
    "created_from": _day,
    "created_to": _day,
    "sources": _several(_id),
    "campaigns": _several(_id),
    "platforms": _several(_id),
    "export_statuses": _several(ExportStatus),
    "assigned_to": _assignee,
    "consent_states": _several(ConsentState),
    "has_export_error": _flag,
    "duplicates": Duplicates,
}
_FILTER: dict[str, Reader] = {
    **_CONDITIONS,
    "search": _text,
    "include_inactive": _flag,
    "happened": _happened,
    "leads": _several(_id),
    "groups": _several(_group),
    "groups_joined": Join,
}
