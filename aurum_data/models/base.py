"""Declarative base, column types that several concerns share, and how a table is distributed.

Every table says in `info["distribution"]` which of the three kinds it is (docs/decisions, and the rules that
tests/models/test_distribution.py holds): "lead" tables carry the lead's id in every key, "reference" tables are
copied to every node, "local" tables have no foreign keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, MetaData, Numeric, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, INET, JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class SealedBytes(BYTEA):
    """An encrypted value (security/encryption.py): each such column must be in security/fields.py."""


LEAD: dict[str, Any] = {"distribution": "lead"}
REFERENCE: dict[str, Any] = {"distribution": "reference"}
LOCAL: dict[str, Any] = {"distribution": "local"}

Key = Annotated[UUID, mapped_column(Uuid, primary_key=True, server_default=text("uuidv7()"))]
LeadKey = Annotated[UUID, mapped_column(Uuid, primary_key=True, comment="the lead; part of every key")]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
Day = Annotated[date, mapped_column(Date)]
Usd = Annotated[Decimal, mapped_column(Numeric(12, 2))]
ZeroUsd = Annotated[Decimal, mapped_column(Numeric(12, 2), server_default=text("0"))]
Rate = Annotated[Decimal, mapped_column(Numeric(14, 6))]
Share = Annotated[Decimal, mapped_column(Numeric(7, 6))]
Score = Annotated[Decimal, mapped_column(Numeric(5, 2))]
Word = Annotated[str, mapped_column(Text)]
Words = Annotated[list[str], mapped_column(ARRAY(Text), server_default=text("'{}'"))]
Json = Annotated[dict[str, Any], mapped_column(JSONB, server_default=text("'{}'"))]
JsonList = Annotated[list[Any], mapped_column(JSONB, server_default=text("'[]'"))]
Address = Annotated[str, mapped_column(INET)]
Sealed = Annotated[bytes, mapped_column(SealedBytes, comment="AES-256-GCM, bound to this row and column")]
Digest = Annotated[bytes, mapped_column(BYTEA, comment="keyed hash, for equality search")]
Zero = Annotated[int, mapped_column(server_default=text("0"))]
Yes = Annotated[bool, mapped_column(server_default=text("true"))]
No = Annotated[bool, mapped_column(server_default=text("false"))]


class Base(DeclarativeBase):
    """Base of all tables; constraint names follow one convention so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """A check that a text column holds one of an enumeration's values (NULL passes, as checks do)."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def in_range(column: str, low: float | None = None, high: float | None = None) -> CheckConstraint:
    """A check that a number lies between two bounds, both included; None leaves a side open."""
    parts = [f"{column} >= {low}"] * (low is not None) + [f"{column} <= {high}"] * (high is not None)
    return CheckConstraint(" AND ".join(parts), name=f"{column}_range")


def monthly(column: str) -> dict[str, str]:
    """Table option: range-partitioned by month on `column` (operations/partitions.py makes the partitions)."""
    return {"postgresql_partition_by": f"RANGE ({column})"}
