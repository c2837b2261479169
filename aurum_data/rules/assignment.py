"""Whose turn it is: new leads go round the members of a rule, past those who may not work on a lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID


def next_in_turn(members: Sequence[UUID], last: UUID | None, may: Collection[UUID]) -> UUID | None:
    """The member after `last` who may; from the first one if `last` is none of them. None: nobody may."""
    start = members.index(last) + 1 if last in members else 0
    turned = [*members[start:], *members[:start]]
    return next((member for member in turned if member in may), None)
