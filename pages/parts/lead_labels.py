"""What the stored states of a lead are called on the screen, and the colours they carry."""

from __future__ import annotations

from typing import Literal

from aurum_data.queries.lead_filter import Duplicates
from aurum_data.rules.geography import Utility
from pages.parts import format as fmt

DUPLICATES = {"Hide duplicates": Duplicates.HIDDEN, "Only duplicates": Duplicates.ONLY}

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray", "grey", "primary"]

# Only those that `fmt.label` would not read well.
_NAMES: dict[str, str] = {
    Utility.CON_EDISON: Utility.CON_EDISON.label,
    Utility.PSEG_LI: Utility.PSEG_LI.label,
    "coop_condo": "Co-op or condo",
    "three_four_family": "Three- or four-family",
    "two_family": "Two-family",
    "single_family": "Single-family",
    "flat_tilt_rack": "Flat, tilted racks",
    "flat_canopy": "Flat, canopy",
    "flat_flush_ballasted": "Flat, ballasted",
    "pitched_shingle": "Pitched, shingle",
    "failed_retryable": "Failed, will be retried",
    "failed_permanent": "Failed for good",
    "timed_out": "Timed out",
    "api_post": "API",
    "ping_post": "Ping and post",
    "email": "Email",
    "csv_batch": "CSV file",
    "email_marketing": "Marketing emails",
    "dnc": "On a do-not-call list",
    "bad_roof_or_shade": "Roof or shade",
    "not_homeowner": "Not the owner",
    "tcpa_express_written": "Calls and texts (TCPA)",
    "data_sharing_named_sellers": "Sharing with named sellers",
    "sms_marketing": "Marketing texts",
    "sms_stop": "STOP by text",
    "lead_score": "Lead score",
    "solar_fit": "Solar fit",
    "leads:assignment:change": "Assignment changed",
    "leads:contact:reveal": "Contact data looked at",
    "leads:status:change": "Status changed",
    "leads:note:add": "Note added",
    "leads:tags:add": "Tag added",
    "leads:tags:remove": "Tag taken off",
    "leads:lead:deactivate": "Deactivated",
    "leads:lead:restore": "Restored",
    "leads:bulk:assign": "Assignment changed, with others",
    "leads:bulk:tag": "Tag added, with others",
    "leads:bulk:untag": "Tag taken off, with others",
    "leads:bulk:duplicate": "Marked as a duplicate, with others",
    "leads:bulk:deactivate": "Deactivated, with others",
    "leads:bulk:restore": "Restored, with others",
    "leads:bulk:undo": "A change of many leads was undone",
    "leads:details:change": "Details changed",
    "leads:duplicate:confirm": "Marked as a duplicate",
    "leads:duplicate:dismiss": "Found to be another person",
    "leads:duplicate:undo": "Not a duplicate after all",
    "property_address": "Street",
    "preferred_language": "Language",
    "monthly_bill_usd": "Monthly bill (USD)",
    "roof_age_years": "Roof age (years)",
    "zip_code": "ZIP code",
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "ru": "Russian",
    "bn": "Bengali",
    "ko": "Korean",
    "ht": "Haitian Creole",
    "fr": "French",
    "it": "Italian",
    "pl": "Polish",
    "ar": "Arabic",
    "yi": "Yiddish",
    "ur": "Urdu",
}
_COLOURS: dict[str, Colour] = {
    "new": "blue",
    "contacted": "violet",
    "qualified": "green",
    "offered": "orange",
    "sold": "green",
    "returned": "red",
    "invalid": "red",
    "suppressed": "red",
    "premium": "yellow",
    "standard": "blue",
    "accepted": "green",
    "rejected": "orange",
    "failed_retryable": "red",
    "failed_permanent": "red",
    "timed_out": "red",
    "given": "green",
    "withdrawn": "red",
    "expired": "orange",
}


def label(value: str | None) -> str:
    """A stored state, code or event as a person reads it."""
    if value is None or value != value:  # noqa: PLR0124 - NaN of a frame
        return fmt.MISSING
    return _NAMES.get(value) or fmt.label(value.replace(":", " "))


def colour(value: str | None) -> Colour:
    """The colour of a state's badge; grey says nothing. Never the only sign: the word stands in it."""
    return _COLOURS.get(value or "", "gray")
