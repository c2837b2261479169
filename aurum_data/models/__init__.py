"""The tables. Importing this package registers them all on `Base.metadata`."""

from __future__ import annotations

from aurum_data.models import (
    ai,
    analytics,
    assignment,
    bulk,
    calls,
    duplicates,
    identity,
    leads,
    market,
    platforms,
    privacy,
    revenue,
    saved_views,
    system,
)
from aurum_data.models.base import Base

__all__ = [
    "Base",
    "ai",
    "analytics",
    "assignment",
    "bulk",
    "calls",
    "duplicates",
    "identity",
    "leads",
    "market",
    "platforms",
    "privacy",
    "revenue",
    "saved_views",
    "system",
]
