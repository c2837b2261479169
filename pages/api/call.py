"""One request of a machine that was let in, and the answer to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from aurum_data.security.api_keys import Machine

Q = TypeVar("Q")
B = TypeVar("B")


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """Who asks, and what for: parameters and body have been checked against their models."""

    machine: Machine
    path: Mapping[str, str]
    headers: Mapping[str, str]
    query: Q
    body: B

    def header(self, name: str) -> str:
        """A header, '' if it was not sent."""
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    body: BaseModel
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
