"""The events of a lead's timeline, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import pandas as pd

from pages.parts import format as fmt
from pages.parts.lead_labels import label


class Event(NamedTuple):
    """One event: the kind it is filtered by, and (when, title, body, small print)."""

    kind: str
    shown: tuple[str, str, str, str]


KINDS = {
    "status": "Status",
    "quality": "Score",
    "message": "Messages",
    "analysis": "Analyses",
    "export": "Deliveries",
    "money": "Money",
    "consent": "Consent",
    "note": "Notes",
    "call": "Calls",
    "edit": "Edits",
}


def timeline_events(happened: pd.DataFrame, others: Mapping[UUID, str]) -> list[Event]:
    """The rows of `queries.lead_story.timeline`, in the same order, as a person reads them.

    `others` names the duplicates whose story is told along: their events say whose they are.
    """
    events = []
    for row in happened.to_dict("records"):
        told = {str(name): None if _absent(value) else value for name, value in row.items()}
        title, body, small = _words(told)
        small = " · ".join(filter(None, [others.get(row["lead_id"]), small]))
        events.append(Event(KINDS[row["kind"]], (fmt.instant(row["occurred_at"]), title, body, small)))
    return events


def _absent(value: Any) -> bool:
    return value is None or (not isinstance(value, dict | list) and bool(pd.isna(value)))


def _words(row: dict[str, Any]) -> tuple[str, str, str]:
    """Title, body and small print of one event."""
    state, body, actor = label(row["state"]), row["body"] or "", row["actor"] or ""
    previous = label(row["previous"]) if row["previous"] else ""
    details: dict[str, Any] = row["details"] or {}
    money = fmt.money(row["amount_usd"]) if row["amount_usd"] is not None else ""
    small = "" if actor in {"", "system"} else f"By {actor}"
    title = "Note" if row["kind"] == "note" else state
    match row["kind"]:
        case "status":
            title = state + _joined(" from", previous.lower())
        case "quality":
            title = f"{_score(details)}, {state.lower()}"
            small = _joined("Model", actor)
        case "message":
            title = f"{'The lead' if actor == 'lead' else 'Aurum'}: {state.lower()}"
            small = _message_signs(details)
        case "analysis":
            title = f"Analysis, {state.lower()}" + (f": {details['score']}" if "score" in details else "")
            small = f"{actor} · confidence {fmt.percent(details.get('confidence'), 0)}"
        case "export":
            title, small = f"{actor}: {state.lower()}" + _joined(",", money), _attempt(details)
            body = "\n".join(filter(None, [_sentence(body), _joined("The platform said:", details.get("answer"))]))
        case "money":
            title, body, small = f"{state} {money}", _sentence(body), actor
        case "consent":
            title, body = f"{previous}: {state.lower()}", ""
            signs = [_joined("By", _sentence(row["body"] or "")), _joined("Certificate", details.get("certificate"))]
            signs.append(_joined("Wording", details.get("wording")))
            small = " · ".join(filter(None, signs))
        case "edit" if "fields" in details:
            body = _corrections(details)
        case "call":
            title = f"Call: {state.lower()}"
            small = " · ".join(filter(None, [small, _next_call(details)]))
    return title, body, small


def _attempt(details: dict[str, Any]) -> str:
    """The attempt that a delivery tells of: which one, how, the answer's code and time, when the next one is."""
    took, planned = details.get("response_ms"), details.get("next")
    signs = [
        f"Attempt {details['attempts']}" if details.get("attempts") else "",
        label(details["channel"]) if "channel" in details else "",
        f"HTTP {details['http_status']}" if "http_status" in details else "",
        "" if took is None else f"answered in {fmt.duration(took / 1000)}",
        _joined("Next attempt", fmt.instant(datetime.fromisoformat(planned)) if planned else ""),
    ]
    return " · ".join(filter(None, signs))


def _score(details: dict[str, Any]) -> str:
    before = details.get("previous_score")
    return f"Score {details.get('score')}" + ("" if before is None else f" from {before}")


def _next_call(details: dict[str, Any]) -> str:
    planned = details.get("callback")
    return _joined("Next call", fmt.instant(datetime.fromisoformat(planned))) if planned else ""


def _sentence(code: str) -> str:
    """A stored reason in words; text that somebody wrote stays as it is."""
    return label(code) if code and " " not in code else code


def _corrections(details: dict[str, Any]) -> str:
    """What a correction changed, a line each; of names and addresses only that they were changed."""
    before, after = details["before"], details["after"]
    return "\n".join(
        f"{label(field)}: {_value(before[field])} → {_value(after[field])}"
        if field in after
        else f"{label(field)} changed"
        for field in details["fields"]
    )


def _value(value: Any) -> str:
    """A stored value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "unknown" if value is None else label(str(value))


def _message_signs(details: dict[str, Any]) -> str:
    """What was recognised in a message."""
    signs = [_joined("Intent", label(details["intent"]).lower() if "intent" in details else "")]
    signs.append(_joined("Mood", label(details["sentiment"]).lower() if "sentiment" in details else ""))
    signs += [f"{label(name)} {value}" for name, value in (details.get("entities") or {}).items()]
    return " · ".join(filter(None, signs))


def _joined(name: str, value: str | None) -> str:
    return f"{name} {value}" if value else ""
