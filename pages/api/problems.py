"""Answers that say no, in the form of RFC 9457: one sentence, the request's id, and never a driver's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aurum_data.errors import (
    AurumError,
    ConfirmationNeeded,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    ReadOnly,
    TooSlow,
    Unavailable,
)
from aurum_data.intake.single import LeadRefused
from aurum_data.security.api_keys import Refusal, Refused

MEDIA_TYPE = "application/problem+json"
SOON_SECONDS = 10  # when what does not answer now may answer again

_STATUS: dict[type[AurumError], int] = {
    NotAllowed: 403,
    ConfirmationNeeded: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooSlow: 503,
    ReadOnly: 503,
    Unavailable: 503,
}
_REFUSED = {
    Refusal.NO_KEY: (401, "Send a key that is live as 'Authorization: Bearer aso_...'."),
    Refusal.ADDRESS: (403, "This key may not be used from this address."),
    Refusal.SCOPE: (403, "This key does not have the right to do this."),
    Refusal.TOO_MANY: (429, "This key has used up its calls of this minute."),
}
# Kinds of faults whose words name the rule and not the value. All others are said in general.
_PLAIN_FAULTS = frozenset(
    {
        "bool_type", "decimal_max_digits", "decimal_max_places", "decimal_parsing", "decimal_type",
        "decimal_whole_digits", "enum", "greater_than_equal", "int_parsing", "less_than_equal", "literal_error",
        "missing", "model_type", "string_pattern_mismatch", "string_too_long", "string_too_short", "string_type",
        "timezone_aware", "too_long", "union_tag_not_found", "uuid_type",
    }
)  # fmt: skip


class FieldProblem(BaseModel):
    """What is wrong with one field. The reason never quotes contact data."""

    field: str
    reason: str


class Problem(BaseModel):
    """Why nothing was done: an RFC 9457 problem."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldProblem] = []


class Stopped(Exception):
    """A request that goes no further, with the answer it gets."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldProblem] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.errors = list(errors)


def refused(refusal: Refused) -> Stopped:
    """The answer to a machine that was not let in."""
    status, detail = _REFUSED[refusal.why]
    headers = {"WWW-Authenticate": 'Bearer realm="aurum"'} if status == 401 else {}
    if status == 429:
        headers["Retry-After"] = str(max(1, ceil(refusal.seconds)))
    return Stopped(status, detail, headers=headers)


def failed(error: AurumError) -> Stopped:
    """The answer for an error of ours."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    headers = {"Retry-After": str(SOON_SECONDS)} if status == 503 else {}
    errors = (
        [FieldProblem(field=str(problem.field), reason=problem.reason) for problem in error.problems]
        if isinstance(error, LeadRefused)
        else []
    )
    return Stopped(status, error.message, headers=headers, errors=errors)


def unfit(error: ValidationError) -> Stopped:
    """The answer to a body or parameters that do not fit, without what was sent."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    if faults[0]["type"] == "json_invalid":
        return Stopped(422, "The body is not JSON.")
    errors = [FieldProblem(field=_place(fault), reason=_reason(fault)) for fault in faults[:20]]
    first = errors[0]
    return Stopped(422, f"{first.field}: {first.reason}", errors=errors)


def _place(fault: Any) -> str:
    """Where the fault is; the name of a field that is not ours is the sender's and not repeated."""
    parts = [str(part) for part in fault["loc"]]
    if fault["type"] == "extra_forbidden":
        parts = [*parts[:-1], "unknown field"]
    return ".".join(parts)[:100] or "body"


def _reason(fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return "There is no such field."
    return f"{fault['msg']}." if fault["type"] in _PLAIN_FAULTS else "This does not have the form that is asked for."


def answer(request: Request, stopped: Stopped) -> Response:
    """The problem as an HTTP answer."""
    body = Problem(
        title=HTTPStatus(stopped.status).phrase,
        status=stopped.status,
        detail=stopped.detail,
        request_id=request.state.request_id,
        errors=stopped.errors,
    )
    content = body.model_dump_json(exclude=None if body.errors else {"errors"})
    return Response(content, stopped.status, headers=stopped.headers, media_type=MEDIA_TYPE)


async def not_routed(request: Request, error: Exception) -> Response:
    """The answer to a path or a method that there is not."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    sentences = {404: "There is nothing at this address.", 405: "This method is not for this address."}
    return answer(request, Stopped(status, sentences.get(status, "This cannot be answered."), headers=headers))
