"""Which passwords are refused, and why: length, and what anybody would try first. Nothing else is asked of one.

There are no rules about kinds of characters, nothing is cut off or changed, and a password never has to be renewed
(NIST SP 800-63B, OWASP ASVS 5.0 6.2). Refused is:

- fewer than 12 characters, or more than 1,024;
- one that is among the common passwords, or is one of them with digits and signs around it ("Password2026!");
- one that is mostly a repetition ("abcabcabcabc") or a run of neighbours ("123456789012");
- one that is mostly words of ours or of the person's own: `CONTEXT_WORDS`, the user name, the parts of the name.
  "I saw Brooklyn at dusk" is good, for enough is left without them.

The common passwords are in aurum_data/security/common_passwords.txt, which says where they are from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from aurum_data.rules.geography import Borough

SHORTEST = 12
LONGEST = 1024  # so that nobody makes the server hash megabytes
ENOUGH = 8  # characters that must be left once what is easily guessed is taken out
SHORTEST_WORD = 3  # shorter parts of a name, such as initials, say nothing about a password

CONTEXT_WORDS = frozenset(
    ["aurum", "solar", "aurumsolar", "solarops", "dashboard", "newyork", "newyorkcity", "nyc", "conedison", "conedson"]
    + ["pseg", "longisland", "password", "passphrase", "welcome", "admin", "administrator"]
    + [borough.lower().replace(" ", "") for borough in Borough]
)

ADVICE = f"{SHORTEST} characters or more of any kind. A few words that do not belong together are easy to remember."
DIFFERENT = "The two passwords are not the same."
TOO_SHORT = f"Use {SHORTEST} characters or more. A few words that do not belong together make a good password."
TOO_LONG = f"Use {LONGEST:,} characters at most."
COMMON = "This password is among those that guessers try first. Choose another one."
REPEATED = "This password repeats itself or counts up or down. Choose a less regular one."
CONTEXT = "Most of this password is a name of yours, of ours or of a borough. Choose other words."

_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


def fault(password: str, *, common: Collection[str], personal: Iterable[str] = ()) -> str | None:
    """Why a password is refused, as one sentence; None: it is good.

    `common`: common passwords in lower case. `personal`: the user name and the name of the person.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    folded = password.lower()
    unit = _repeated_unit(folded)
    if any(form in common for form in (folded, unit, _EDGES.sub("", folded), _EDGES.sub("", unit))):
        return COMMON
    if len(_without_runs(unit)) < ENOUGH:
        return REPEATED
    said = _NEITHER_LETTER_NOR_DIGIT.sub("", folded)
    left = _without(said, CONTEXT_WORDS | _words(personal))
    return CONTEXT if left != said and len(left) < ENOUGH else None


def _repeated_unit(text: str) -> str:
    """The shortest beginning that, repeated and cut, makes the whole: "abcabca" gives "abc"."""
    return next(text[:size] for size in range(1, len(text) + 1) if text[size:] == text[: len(text) - size])


def _without_runs(text: str) -> str:
    """The text with each run of equal or neighbouring characters ("aaaa", "3456", "dcba") brought to its first."""
    kept, step = text[:1], None
    for before, letter in pairwise(text):
        difference = ord(letter) - ord(before)
        if difference in (-1, 0, 1) and step in (None, difference):
            step = difference
        else:
            kept, step = kept + letter, None
    return kept


def _words(personal: Iterable[str]) -> frozenset[str]:
    words = [word for text in personal for word in _NEITHER_LETTER_NOR_DIGIT.split(text.lower())]
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def _without(text: str, words: Collection[str]) -> str:
    """The characters that belong to none of the words, which may overlap."""
    taken = {
        place
        for word in words
        for found in re.finditer(f"(?={re.escape(word)})", text)
        for place in range(found.start(), found.start() + len(word))
    }
    return "".join(letter for place, letter in enumerate(text) if place not in taken)
