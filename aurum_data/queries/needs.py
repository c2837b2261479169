"""Which right a query needs. `Database.query` refuses a person who lacks it, whatever page asked.

A query of one's own account needs none, and limits to boroughs or platforms say nothing about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from aurum_data.rules.identity import Permission

Query = TypeVar("Query", bound=Callable[..., Any])


def needs(*one_of: Permission) -> Callable[[Query], Query]:
    """Mark a query as open to people who hold one of these permissions."""

    def mark(function: Query) -> Query:
        function.needs = one_of  # type: ignore[attr-defined]
        return function

    return mark


def of_oneself(function: Query) -> Query:
    """Mark a query as about the person who asks: open to everybody, of their own id, whatever their limits."""
    function.of_oneself = True  # type: ignore[attr-defined]
    return function
