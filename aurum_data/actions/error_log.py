"""Writing the error log: what happened and where, without the values that were being worked on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_INSERT = text("""
    INSERT INTO error_logs (error_id, component, error_type, message, location, user_ref)
    VALUES (:error_id, :component, :error_type, :message, :location, :user_id)
""")


def log_error(
    session: Session,
    *,
    error_id: str,
    component: str,
    error: BaseException,
    location: str | None,
    user_id: UUID | None = None,
) -> None:
    """Write one error, under the id that the person saw.

    The error's own text is left out: drivers put row values into theirs. Type and place are kept.
    """
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    message = type(cause).__name__ + (f" (SQLSTATE {state})" if state else "") if cause else type(error).__name__
    session.execute(
        _INSERT,
        {
            "error_id": error_id,
            "component": component,
            "error_type": type(error).__qualname__,
            "message": message,
            "location": location,
            "user_id": user_id,
        },
    )
