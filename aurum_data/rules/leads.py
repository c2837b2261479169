"""The life of a lead: states, the steps allowed between them, quality tiers and the vocabularies of a home."""

from __future__ import annotations

from enum import StrEnum


class LeadStatus(StrEnum):
    """Where a lead stands in the funnel. A duplicate is marked by `duplicate_of`, not by a status."""

    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"
    OFFERED = "offered"
    SOLD = "sold"
    RETURNED = "returned"
    EXPIRED = "expired"
    INVALID = "invalid"
    SUPPRESSED = "suppressed"
    ERASED = "erased"


# Somebody may still do something for a sale.
OPEN_STATUSES = (
    LeadStatus.NEW,
    LeadStatus.CONTACTED,
    LeadStatus.QUALIFIED,
    LeadStatus.OFFERED,
    LeadStatus.RETURNED,
)


class LeadEvent(StrEnum):
    """What happens to a lead on a day and is counted in charts; the values are stored in views of the list."""

    QUALIFIED = "qualified"
    DELIVERED = "delivered"
    SOLD = "sold"
    RETURNED = "returned"
    SCORED = "scored"


class LeadQuality(StrEnum):
    """Quality tier, by score: premium from 80, standard from 60, basic from 40."""

    PREMIUM = "premium"
    STANDARD = "standard"
    BASIC = "basic"
    UNQUALIFIED = "unqualified"


QUALITY_FLOORS = ((80, LeadQuality.PREMIUM), (60, LeadQuality.STANDARD), (40, LeadQuality.BASIC))

# What a person may do by hand. Selling, returning, suppressing and erasing are done by their own processes.
TRANSITIONS: dict[LeadStatus, frozenset[LeadStatus]] = {
    LeadStatus.NEW: frozenset({LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.UNQUALIFIED, LeadStatus.INVALID}),
    LeadStatus.CONTACTED: frozenset({LeadStatus.QUALIFIED, LeadStatus.UNQUALIFIED, LeadStatus.INVALID}),
    LeadStatus.QUALIFIED: frozenset(
        {LeadStatus.CONTACTED, LeadStatus.UNQUALIFIED, LeadStatus.OFFERED, LeadStatus.EXPIRED}
    ),
    LeadStatus.UNQUALIFIED: frozenset({LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.EXPIRED}),
    LeadStatus.OFFERED: frozenset({LeadStatus.QUALIFIED, LeadStatus.EXPIRED}),
    LeadStatus.SOLD: frozenset(),
    LeadStatus.RETURNED: frozenset({LeadStatus.QUALIFIED, LeadStatus.UNQUALIFIED}),
    LeadStatus.EXPIRED: frozenset({LeadStatus.CONTACTED}),
    LeadStatus.INVALID: frozenset({LeadStatus.NEW}),
    LeadStatus.SUPPRESSED: frozenset(),
    LeadStatus.ERASED: frozenset(),
}


class PropertyType(StrEnum):
    """Kind of building."""

    SINGLE_FAMILY = "single_family"
    TWO_FAMILY = "two_family"
    THREE_FOUR_FAMILY = "three_four_family"
    COOP_CONDO = "coop_condo"
    RENTAL = "rental"
    COMMERCIAL = "commercial"


class Ownership(StrEnum):
    """Relation of the person to the home."""

    OWNER = "owner"
    RENTER = "renter"
    OTHER = "other"


class RoofType(StrEnum):
    """Roof, as far as it decides the way of mounting."""

    PITCHED_SHINGLE = "pitched_shingle"
    FLAT_TILT_RACK = "flat_tilt_rack"
    FLAT_CANOPY = "flat_canopy"
    FLAT_FLUSH_BALLASTED = "flat_flush_ballasted"
    OTHER = "other"


class Shading(StrEnum):
    """How much of the year's sun the surroundings take from the roof."""

    NONE = "none"
    LIGHT = "light"
    MODERATE = "moderate"
    HEAVY = "heavy"


def quality_of(score: int) -> LeadQuality:
    """Quality tier of a lead score (0 to 100)."""
    for floor, tier in QUALITY_FLOORS:
        if score >= floor:
            return tier
    return LeadQuality.UNQUALIFIED


def may_move(current: LeadStatus, wanted: LeadStatus) -> bool:
    """Whether a person may take a lead from one status to another by hand."""
    return wanted in TRANSITIONS[current]
