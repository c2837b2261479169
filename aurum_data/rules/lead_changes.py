"""Changes that can be made to many leads at once: what there is, who may, and why a single lead is refused."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from aurum_data.errors import Invalid
from aurum_data.rules.identity import Permission

MOST_LEADS = 50_000  # in one change: what a person can still look over
IN_BACKGROUND_FROM = 501  # fewer are changed while the person waits
BATCH_LEADS = 200  # changed in one transaction
LONGEST_TAG = 40
MOST_TAGS = 20  # on one lead


class BulkKind(StrEnum):
    """What is done to the leads."""

    STATUS = "status"
    ASSIGN = "assign"
    TAG = "tag"
    UNTAG = "untag"
    DUPLICATE = "duplicate"
    DEACTIVATE = "deactivate"
    RESTORE = "restore"


RIGHTS = {
    BulkKind.STATUS: Permission.LEADS_WRITE,
    BulkKind.ASSIGN: Permission.LEADS_ASSIGN,
    BulkKind.TAG: Permission.LEADS_WRITE,
    BulkKind.UNTAG: Permission.LEADS_WRITE,
    BulkKind.DUPLICATE: Permission.LEADS_WRITE,
    BulkKind.DEACTIVATE: Permission.LEADS_DEACTIVATE,
    BulkKind.RESTORE: Permission.LEADS_DEACTIVATE,
}


class BulkState(StrEnum):
    """How far a change of many leads has come."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


OPEN_STATES = frozenset({BulkState.WAITING, BulkState.RUNNING})


class Refusal(StrEnum):
    """Why one lead was left as it is."""

    NOT_FOUND = "not_found"
    CHANGED_SINCE = "changed_since"
    DEACTIVATED = "deactivated"
    ALREADY_SO = "already_so"
    STEP_NOT_ALLOWED = "step_not_allowed"
    CANNOT_WORK_HERE = "cannot_work_here"
    TOO_MANY_TAGS = "too_many_tags"
    IS_THE_SURVIVOR = "is_the_survivor"
    HAS_DUPLICATES = "has_duplicates"
    IS_A_DUPLICATE = "is_a_duplicate"
    SURVIVOR_GONE = "survivor_gone"
    ERASED = "erased"
    RIGHT_LOST = "right_lost"


REFUSALS: dict[Refusal, str] = {
    Refusal.NOT_FOUND: "There is no lead with this id.",
    Refusal.CHANGED_SINCE: "Somebody changed this lead after you chose it.",
    Refusal.DEACTIVATED: "This lead is deactivated: restore it first.",
    Refusal.ALREADY_SO: "It is so already: nothing to change.",
    Refusal.STEP_NOT_ALLOWED: "This step is not allowed by hand from the status it has.",
    Refusal.CANNOT_WORK_HERE: "The person cannot work on leads in this borough.",
    Refusal.TOO_MANY_TAGS: f"A lead may have at most {MOST_TAGS} tags.",
    Refusal.IS_THE_SURVIVOR: "This is the lead that the others are duplicates of.",
    Refusal.HAS_DUPLICATES: "Other leads are marked as duplicates of this one.",
    Refusal.IS_A_DUPLICATE: "It is marked as a duplicate of another lead already.",
    Refusal.SURVIVOR_GONE: "The lead to keep is deactivated, or became a duplicate itself.",
    Refusal.ERASED: "Its personal data were erased on request: it stays deactivated.",
    Refusal.RIGHT_LOST: "Who began this no longer has the right to do it.",
}


def tidy_tag(typed: str) -> str:
    """A tag as it is stored: lower case, single spaces. Raises Invalid when it is empty, too long or holds a comma."""
    kept = "".join(letter for letter in typed if letter.isspace() or not unicodedata.category(letter).startswith("C"))
    tag = " ".join(unicodedata.normalize("NFC", kept).split()).lower()
    if not tag:
        raise Invalid("The tag is empty.")
    if len(tag) > LONGEST_TAG:
        raise Invalid(f"A tag may have at most {LONGEST_TAG} characters.")
    if "," in tag:
        raise Invalid("A tag may hold no comma: add one tag at a time.")
    return tag
