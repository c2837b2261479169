"""Reads of a person who is limited to some boroughs or platforms: as a role that row-level security binds."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from psycopg import sql
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import BY_BOROUGH, BY_PLATFORM, Permission


class Limited(Protocol):
    """Whoever reads: an Actor."""

    @property
    def is_scoped(self) -> bool:
        """Whether there are limits at all."""

    @property
    def scope_boroughs(self) -> frozenset[str] | None:
        """Boroughs; None: all."""

    @property
    def scope_platforms(self) -> frozenset[UUID] | None:
        """Platforms; None: all."""

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds a right."""


def limit_reads(session: Session, actor: Limited) -> None:
    """From here on, let every transaction of the session see only what lies within the actor's limits.

    SET LOCAL ends with its transaction, so each new one is told again: a rollback must not lift the limits. The
    statements are SET LOCAL, not set_config, which would not reach the nodes of a distributed database.
    """
    statement = (
        sql.SQL("SET LOCAL ROLE aurum_scoped; SET LOCAL app.boroughs = {}; SET LOCAL app.platforms = {}")
        .format(sql.Literal(_boroughs(actor)), sql.Literal(_platforms(actor)))
        .as_string()
    )

    @event.listens_for(session, "after_begin")
    def _limit(_session: Session, _transaction: Any, connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def _boroughs(actor: Limited) -> str:
    """Nothing without a right over leads or the market; all by name without a limit."""
    if not any(actor.may(permission) for permission in BY_BOROUGH):
        return ""
    return ",".join(sorted(Borough if actor.scope_boroughs is None else actor.scope_boroughs))


def _platforms(actor: Limited) -> str:
    """Nothing without a right over platforms or revenue; '*' without a limit."""
    if not any(actor.may(permission) for permission in BY_PLATFORM):
        return ""
    return "*" if actor.scope_platforms is None else ",".join(sorted(map(str, actor.scope_platforms)))
