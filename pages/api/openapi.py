"""The OpenAPI document, made from the list of operations and their models."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic.json_schema import models_json_schema

from pages.api.call import Answer, Call
from pages.api.messages import OpenApi
from pages.api.operations import OPERATIONS, Operation
from pages.api.problems import MEDIA_TYPE, Problem

PREFIX = "/api/v1"
_REFUSALS = {
    401: "No live key was sent",
    403: "The key lacks the right, or comes from a foreign address",
    404: "It is not there, or not this key's to see",
    409: "It contradicts what was done before",
    413: "The body is too large",
    415: "The body is not application/json",
    422: "The request does not fit, or the lead was refused",
    429: "The key has used up its calls of this minute",
    503: "A server does not answer, or changes are switched off; try again later",
}
_OF_ALL = (401, 403, 422, 429, 503)
_OF_BODIES = (413, 415)


def describe(_call: Call[None, None]) -> Answer:
    """The document, for whoever holds a key."""
    return Answer(OpenApi(document()))


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The API in OpenAPI 3.1."""
    schemas = _schemas()
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, schemas)
    for operation in OPERATIONS:
        if operation.query is not None:  # its fields are parameters
            schemas.pop(operation.query.__name__, None)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Aurum Solar Ops",
            "version": "1",
            "description": "Leads in, platforms' answers, and reads without personal data. Times carry an offset; days "
            "are New York's; money is US dollars in strings. Every answer has an X-Request-ID.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "aso_..."}},
        },
    }


def _schemas() -> dict[str, Any]:
    given = {model for operation in OPERATIONS for model in (operation.query, operation.body) if model is not None}
    sent = {operation.answer for operation in OPERATIONS} | {Problem}
    models = [(model, "validation") for model in given] + [(model, "serialization") for model in sent]
    models.sort(key=lambda entry: entry[0].__name__)
    _, made = models_json_schema(models, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return dict(made["$defs"])


def _described(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.needs}`.",
        "responses": _responses(operation),
    }
    if parameters := _parameters(operation, schemas):
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": _ref(operation.body)}}
    return described


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if "{lead_id}" in operation.path:
        schema = {"type": "string", "format": "uuid"}
        parameters.append({"name": "lead_id", "in": "path", "required": True, "schema": schema})
    if operation.idempotency_key:
        schema = {"type": "string", "pattern": "^[!-~]{1,200}$"}
        parameters.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}
            | {"description": "The same key and body again get the same answer; another body is refused."}
        )
    if operation.query is not None:
        for name, schema in schemas[operation.query.__name__]["properties"].items():
            parameters.append({"name": name, "in": "query", "required": False, "schema": schema})
    return parameters


def _responses(operation: Operation) -> dict[str, Any]:
    bodies = _OF_BODIES if operation.body is not None else ()
    responses: dict[str, Any] = {
        str(operation.status): {
            "description": operation.summary,
            "content": {"application/json": _ref(operation.answer)},
        }
    }
    for status in sorted({*_OF_ALL, *bodies, *operation.refusals}):
        responses[str(status)] = {"description": _REFUSALS[status], "content": {MEDIA_TYPE: _ref(Problem)}}
    return responses


def _ref(model: type) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
