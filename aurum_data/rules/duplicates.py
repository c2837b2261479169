"""How sure it is that two leads are the same person: one rule, without a database.

Each sign says 'the same person' with some probability by itself; independent signs are put together as
1 - (1 - a)(1 - b). A similar name is a further sign. A different name speaks against it, since a household shares
phones and addresses. The same dwelling by itself says nothing: it needs a similar name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from aurum_data.rules.contact import SIMILAR_NAME, name_similarity


class DuplicateReason(StrEnum):
    """A sign that two leads are the same person; the values are stored."""

    PHONE = "same_phone"
    EMAIL = "same_email"
    HOME = "same_home"
    NAME = "similar_name"


class CandidateState(StrEnum):
    """What became of a pair of leads that may be the same person."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


# Chance that two leads with this in common are the same person, if nothing else is known. Fewer people share an
# email address than a phone number. What a wholly equal name adds is worth less than either.
WEIGHTS = {DuplicateReason.PHONE: 0.75, DuplicateReason.EMAIL: 0.8, DuplicateReason.HOME: 0.4}
NAME_WEIGHT = 0.5
OTHER_NAME = 0.6  # what is left of the confidence when the names are different


class Evidence(NamedTuple):
    """What two leads have in common. Names are '' if unknown; `home` means address, unit and ZIP code."""

    phone: bool = False
    email: bool = False
    home: bool = False
    name: str = ""
    other_name: str = ""


class Judgment(NamedTuple):
    """How sure it is (0 to 1; 0: nothing speaks for it), and why, the strongest signs first."""

    confidence: float
    reasons: tuple[DuplicateReason, ...]


NOT_ALIKE = Judgment(0.0, ())


def judge(evidence: Evidence) -> Judgment:
    """Judge a pair. The order of the two leads does not matter."""
    known = bool(evidence.name and evidence.other_name)
    alike = name_similarity(evidence.name, evidence.other_name) if known else 0.0
    similar = known and alike >= SIMILAR_NAME
    contact = evidence.phone or evidence.email
    if not contact and not (evidence.home and similar):
        return NOT_ALIKE
    signs = {
        DuplicateReason.EMAIL: evidence.email,
        DuplicateReason.PHONE: evidence.phone,
        DuplicateReason.HOME: evidence.home,
    }
    doubt = 1.0
    for reason, there in signs.items():
        if there:
            doubt *= 1 - WEIGHTS[reason]
    if similar:
        doubt *= 1 - NAME_WEIGHT * alike
    confidence = (1 - doubt) * (OTHER_NAME if known and not similar else 1)
    reasons = [reason for reason, there in signs.items() if there] + [DuplicateReason.NAME] * similar
    return Judgment(round(confidence, 4), tuple(reasons))
