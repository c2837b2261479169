"""Answers to a form's questions, brought to our vocabularies. English forms, and the Spanish words they meet.

Every function raises `Invalid` with one sentence for an answer that it does not understand. Answers repeat
from row to row, so each function remembers what it has read.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeVar

from aurum_data.errors import Invalid
from aurum_data.rules.leads import Ownership, PropertyType, RoofType, Shading

T = TypeVar("T")

_YES = frozenset(
    "yes y true t 1 x on si sí oui checked agree agreed accepted consented granted ok".split()  # noqa: SIM905
)
_NO = frozenset("no n false f 0 off unchecked declined refused denied non".split())  # noqa: SIM905
_PROPERTY_TYPES = (
    (PropertyType.COMMERCIAL, r"commercial|business|office|retail|warehouse"),
    (PropertyType.COOP_CONDO, r"condo|co op|coop|cooperative|apartment|\bapt\b"),
    (
        PropertyType.THREE_FOUR_FAMILY,
        r"\b(3|4|three|four|multi)( (to|or) (4|four))? ?(unit|famil)|multifamily",
    ),
    (PropertyType.THREE_FOUR_FAMILY, r"three four|triplex|fourplex|quadplex"),
    (PropertyType.TWO_FAMILY, r"\b(2|two) ?(unit|famil)|duplex"),
    (PropertyType.SINGLE_FAMILY, r"single|\b(1|one) ?family|detached|brownstone|house|\bhome\b"),
    (PropertyType.RENTAL, r"rental"),
)
_ROOF_TYPES = (
    (RoofType.FLAT_CANOPY, r"canopy"),
    (RoofType.FLAT_FLUSH_BALLASTED, r"ballast|flush"),
    (
        RoofType.FLAT_TILT_RACK,
        r"flat|tilt",
    ),  # the usual mounting on a flat roof, until a survey says otherwise
    (RoofType.PITCHED_SHINGLE, r"shingle|asphalt|pitched|sloped|slanted|gable"),
    (RoofType.OTHER, r"tile|slate|metal|tar|rubber|membrane|other"),
)
_SHADINGS = (
    (Shading.HEAVY, r"heavy|heavily|a lot|mostly|fully? shade"),
    (Shading.MODERATE, r"moderate|medium|half"),
    (Shading.LIGHT, r"light|little|some|partial|partly|few"),
    (Shading.NONE, r"\bno\b|none|full sun|sunny|not shaded"),
)
_LANGUAGES = {
    "english": "en", "spanish": "es", "español": "es", "chinese": "zh", "mandarin": "zh", "cantonese": "zh",
    "russian": "ru", "bengali": "bn", "bangla": "bn", "haitian creole": "ht", "korean": "ko", "arabic": "ar",
    "urdu": "ur", "french": "fr", "polish": "pl", "yiddish": "yi", "italian": "it", "hebrew": "he",
}  # fmt: skip


def _words(text: str) -> str:
    """An answer in small letters with single spaces: forms write 'yes,_i_own' and 'Co-op'."""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


@lru_cache(maxsize=1000)
def read_yes_no(text: str) -> bool:
    """An answer that starts with yes or no in any usual form. Raises Invalid."""
    words = _words(text)
    first = words.partition(" ")[0]
    if first in _YES or words.startswith(("i agree", "opted in", "i consent")):
        return True
    if first in _NO or words.startswith(("opted out", "do not", "not ")):
        return False
    raise Invalid("The answer is neither yes nor no.")


@lru_cache(maxsize=1000)
def read_ownership(text: str) -> Ownership:
    """Owner, renter or other, from a word, a yes or no, or a sentence. Raises Invalid."""
    words = f" {_words(text)} "
    rents = re.search(r" (rent|renter|renting|rents|tenant|lease|leasing|alquilo|inquilino) ", words)
    if rents and " landlord" not in words:
        return Ownership.OTHER if " own " in words else Ownership.RENTER
    if re.search(r" (live with|parents?|family owned|relative|not|don t|dont|do not) ", words):
        return Ownership.OTHER
    if re.search(r" (own|owner|owns|owned|homeowner|landlord|propietari[oa]|dueñ[oa]) ", words):
        return Ownership.OTHER if words.startswith(" no ") else Ownership.OWNER
    return Ownership.OWNER if read_yes_no(text) else Ownership.OTHER


def _by_keyword(text: str, choices: tuple[tuple[T, str], ...], what: str) -> T:
    words = _words(text)
    for choice, pattern in choices:
        if re.search(pattern, words):
            return choice
    raise Invalid(f"The {what} is not one that is known.")


@lru_cache(maxsize=1000)
def read_property_type(text: str) -> PropertyType:
    """Kind of building. Raises Invalid."""
    return _by_keyword(text, _PROPERTY_TYPES, "property type")


@lru_cache(maxsize=1000)
def read_roof_type(text: str) -> RoofType:
    """Kind of roof. Raises Invalid."""
    return _by_keyword(text, _ROOF_TYPES, "roof type")


@lru_cache(maxsize=1000)
def read_shading(text: str) -> Shading:
    """Shade on the roof. Raises Invalid."""
    return _by_keyword(text, _SHADINGS, "shading")


@lru_cache(maxsize=1000)
def read_language(text: str) -> str:
    """ISO 639-1 code of a language, from a code, a locale ('es_US') or a name. Raises Invalid."""
    words = _words(text)
    code = _LANGUAGES.get(words) or words.partition(" ")[0]
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise Invalid("The language is not one that is known.")
    return code
