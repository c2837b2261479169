"""The API as an ASGI application: who is let in, what is read of a request, and what goes back."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aurum_data.database import get_database
from aurum_data.errors import AurumError
from aurum_data.rules.identity import Permission
from aurum_data.security.api_keys import Machine, Refused, admit
from pages.api import problems
from pages.api.call import Answer, Call
from pages.api.messages import OpenApi
from pages.api.openapi import PREFIX, describe
from pages.api.operations import OPERATIONS, Operation
from pages.api.problems import Stopped
from pages.parts.report import report

BODY_BYTES = 64 * 1024
_DESCRIBE = Operation("GET", "/openapi.json", "describe", "This description", None, describe, OpenApi)


class Envelope:
    """ASGI middleware: every answer has a request id, and nobody stores any."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update({"X-Request-ID": request_id, "Cache-Control": "no-store"})
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _endpoint(operations: dict[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
    """What answers at one address, by method."""

    async def endpoint(request: Request) -> Response:
        operation = operations["GET" if request.method == "HEAD" else request.method]
        try:
            answer = await _answer(operation, request)
        except ClientDisconnect:
            raise
        except Stopped as stopped:
            return problems.answer(request, stopped)
        except AurumError as error:
            return problems.answer(request, problems.failed(error))
        except Exception as error:  # noqa: BLE001 - the last resort; reported with its id
            sentence = await run_in_threadpool(report, error, f"api {operation.name}")
            return problems.answer(request, Stopped(500, sentence))
        content = answer.body.model_dump_json(by_alias=True)
        return Response(content, answer.status, headers=answer.headers, media_type="application/json")

    return endpoint


async def _answer(operation: Operation, request: Request) -> Answer:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        key = ""
    address = request.client.host if request.client else None
    machine = await run_in_threadpool(_admit, key.strip(), address, operation.needs)
    query = _query(operation.query, request)
    body = await _body(operation.body, request)
    call = Call(machine, request.path_params, request.headers, query, body)
    return await run_in_threadpool(operation.work, call)


def _admit(key: str, address: str | None, needs: Permission | None) -> Machine:
    """Raises Stopped for whom is not let in. Asks the primary: the replica's role sees no key."""
    with get_database().read_primary() as session:
        entered = admit(session, key, address=address, needs=needs)
    if isinstance(entered, Refused):
        raise problems.refused(entered)
    return entered


def _query(model: type[BaseModel] | None, request: Request) -> Any:
    """The parameters as their model. Raises Stopped."""
    sent = request.query_params
    fields = {} if model is None else {field.alias or name: field for name, field in model.model_fields.items()}
    many = {name for name, field in fields.items() if get_origin(field.annotation) is list}
    values = {name: sent.getlist(name) if name in many else sent[name] for name in sent}
    if model is None:
        if values:
            raise Stopped(422, "This address takes no parameters.")
        return None
    if any(len(sent.getlist(name)) > 1 for name in fields.keys() - many):
        raise Stopped(422, "A parameter that takes one value was given several.")
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise problems.unfit(error) from None


async def _body(model: type[BaseModel] | None, request: Request) -> Any:
    """The body as its model, read no further than it may be long. Raises Stopped."""
    if model is None:
        return None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Stopped(415, "Send the body as application/json.")
    too_large = Stopped(413, f"The body may have at most {BODY_BYTES:,} bytes.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > BODY_BYTES:
        raise too_large
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > BODY_BYTES:
            raise too_large
    try:
        return model.model_validate_json(bytes(read))
    except ValidationError as error:
        raise problems.unfit(error) from None


def _routes() -> list[Route]:
    """One route per address, so that a wrong method is told all the right ones."""
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in (*OPERATIONS, _DESCRIBE):
        by_path.setdefault(operation.path, {})[operation.method] = operation
    return [Route(path, _endpoint(found), methods=list(found)) for path, found in by_path.items()]


API = Mount(
    PREFIX,
    app=Envelope(
        Starlette(routes=_routes(), exception_handlers={HTTPException: problems.not_routed}),
    ),
)
