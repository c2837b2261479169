"""What somebody typed into the search box of leads: what it is, and the SQL that finds it.

Contact data is stored encrypted, so phones and emails are found whole, through their keyed hashes; names and
streets are found by parts of words, through the trigram indexes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.errors import Invalid
from aurum_data.queries.needs import needs
from aurum_data.rules.contact import normalise_email, normalise_phone, tidy
from aurum_data.rules.identity import Permission
from aurum_data.security.encryption import get_keyring

LONGEST = 200
MOST_WORDS = 6
MOST_EXACT = 50
TRIGRAM = 3

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"[\d\s()+./\-–]+(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)  # noqa: RUF001 - pasted dashes
_LIKE_SPECIAL = re.compile(r"([\\%_])")

# A word inside: three letters or more, so the trigram indexes can serve it.
_INSIDE = "(l.full_name ILIKE :word_# OR l.property_address ILIKE :word_#)"
# Shorter ones count only where a word begins.
_BEGINS = (
    "(l.full_name ILIKE :word_# OR l.full_name ILIKE :later_#"
    " OR l.property_address ILIKE :word_# OR l.property_address ILIKE :later_#)"
)
_ZIP = "(l.zip_code = :zip_# OR l.property_address ILIKE :word_#)"

_EXACT = text("""
    SELECT found.id FROM (
        SELECT id FROM leads WHERE id = :lead_id
        UNION SELECT id FROM leads WHERE phone_hash = ANY (:phones)
        UNION SELECT id FROM leads WHERE email_hash = ANY (:emails)
        UNION SELECT lead_ref FROM lead_platform_ids WHERE platform_lead_id = :platform_lead_id
    ) found ORDER BY found.id DESC LIMIT :most
""")


@dataclass(frozen=True)
class Search:
    """What was recognised. `sentence` tells the person about anything that was left out, else ''."""

    lead_id: UUID | None = None
    phones: tuple[bytes, ...] = ()
    emails: tuple[bytes, ...] = ()
    platform_lead_id: str | None = None
    words: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to look for."""
        return not (self.words or self.has_identity)

    @property
    def has_identity(self) -> bool:
        """True when it may name one person or lead exactly."""
        return bool(self.lead_id or self.phones or self.emails or self.platform_lead_id)

    def conditions(self) -> tuple[list[str], dict[str, str]]:
        """SQL conditions on `leads l` that hold when every word is found, with their parameters."""
        wheres: list[str] = []
        values: dict[str, str] = {}
        for position, word in enumerate(self.words):
            escaped = _LIKE_SPECIAL.sub(r"\\\1", word)
            inside = _longest_run(word) >= TRIGRAM
            pattern = _INSIDE if inside else _BEGINS
            values[f"word_{position}"] = f"%{escaped}%" if inside else f"{escaped}%"
            if not inside:
                values[f"later_{position}"] = f"% {escaped}%"
            elif len(word) == 5 and word.isascii() and word.isdigit():
                pattern = _ZIP
                values[f"zip_{position}"] = word
            wheres.append(pattern.replace("#", str(position)))
        return wheres, values


def recognise(typed: str) -> Search:
    """Tell what a search text is: a lead id, a phone in any notation, an email, or words; never raises.

    A text without spaces is looked up as a platform's own lead id too.
    """
    line = tidy(typed, LONGEST)
    cut = "Only the first 200 characters were searched." if len(tidy(typed, LONGEST + 1)) > LONGEST else ""
    if found := _UUID.search(line):
        return Search(lead_id=UUID(found[0]), sentence=cut)
    platform_lead_id = line if line and " " not in line else None
    if "@" in line:
        return _email(line, platform_lead_id, cut)
    digits = sum(letter.isdigit() for letter in line)
    if digits >= 7 and _PHONE.fullmatch(line):
        return _phone(line, platform_lead_id, cut)
    words = tuple(dict.fromkeys(w for w in re.split(r"[\s,;]+", line) if _RUN.search(w)))
    if not words:
        sentence = "There is nothing to search for: type letters or digits." if typed.strip() else ""
        return Search(platform_lead_id=None, sentence=sentence)
    if sum(map(_longest_run, words)) < 2:
        return Search(sentence="Type at least two letters.")
    if len(words) > MOST_WORDS:
        cut = f"Only the first {MOST_WORDS} words were searched."
    return Search(words=words[:MOST_WORDS], platform_lead_id=platform_lead_id, sentence=cut)


@needs(Permission.LEADS_READ)
def exact_hits(session: Session, search: Search) -> list[UUID]:
    """Ids of the leads that the search names exactly, the newest first, at most `MOST_EXACT`."""
    if not search.has_identity:
        return []
    values = {
        "lead_id": search.lead_id,
        "phones": list(search.phones),
        "emails": list(search.emails),
        "platform_lead_id": search.platform_lead_id,
        "most": MOST_EXACT,
    }
    return list(session.scalars(_EXACT, values))


def _email(line: str, platform_lead_id: str | None, sentence: str) -> Search:
    try:
        digests = get_keyring().digests("email", normalise_email(line))
    except Invalid:
        return Search(
            platform_lead_id=platform_lead_id or line,
            sentence="An email address is found only when it is typed in full.",
        )
    return Search(emails=tuple(digests), platform_lead_id=platform_lead_id, sentence=sentence)


def _phone(line: str, platform_lead_id: str | None, sentence: str) -> Search:
    try:
        digests = get_keyring().digests("phone", normalise_phone(line).e164)
    except Invalid:
        return Search(
            platform_lead_id=platform_lead_id or line,
            sentence="A phone number is found only when all its digits are typed.",
        )
    return Search(phones=tuple(digests), platform_lead_id=platform_lead_id, sentence=sentence)


def _longest_run(word: str) -> int:
    """Length of the longest unbroken run of letters and digits: what trigrams are made of."""
    return max((len(run) for run in _RUN.findall(word)), default=0)
