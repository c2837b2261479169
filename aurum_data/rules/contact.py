"""Ways to reach a person: phone, email and name, each brought to one form that can be compared.

Every `normalise_*` function is pure and idempotent: given its own output it returns it unchanged. What it
cannot read it refuses with `Invalid`, whose message is one sentence about the value without quoting it, so
that it can be shown and logged.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType

from aurum_data.errors import Invalid

NAME_LIMIT = 100
EMAIL_LIMIT = 254  # RFC 5321: the longest address that fits a mail path
SIMILAR_NAME = 0.5  # 'J Smith' and 'Jane Smith' reach it, 'Jane Smith' and 'Maria Smith' do not

_PHONE_LIMIT = 60
_PHONE_PUNCTUATION = str.maketrans("", "", " ()-./\t\u00a0\u2010\u2011\u2012\u2013\u2014")
_SEVERAL_PHONES = re.compile(r"[;/|,]|\bor\b", re.IGNORECASE)
_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sr.", "sra", "señor", "señora"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "esq", "phd"})
_PARTICLES = frozenset({"da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "st", "van", "von"})
_WORD = re.compile(r"[^\W_]+")


class Phone(NamedTuple):
    """A phone number in E.164 (`+16465550123`) and the extension behind it, or ''."""

    e164: str
    extension: str = ""


def tidy(text: str, limit: int) -> str:
    """One line of visible text: control and formatting characters out, runs of white space to one space,
    composed (NFC), cut at `limit` characters. Text that looks like a spreadsheet formula stays as it is."""
    if text.isascii() and text.isprintable():
        if "  " not in text and len(text) <= limit:
            return text.strip(" ")
    else:
        composed = unicodedata.normalize("NFC", text)
        spaced = (" " if letter.isspace() else letter for letter in composed)
        text = "".join(letter for letter in spaced if unicodedata.category(letter) not in _INVISIBLE)
    return " ".join(text.split())[:limit].rstrip()


@lru_cache(maxsize=1000)
def _area_code_fault(area_code: str) -> str:
    """Why no person has a number of this North American area code, or ''."""
    probe = phonenumbers.PhoneNumber(country_code=1, national_number=int(area_code + "2345678"))
    kind = phonenumbers.number_type(probe)
    if kind == PhoneNumberType.UNKNOWN:
        return "The phone number cannot exist: its area code is not in use."
    if kind in (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE):
        return "The phone number is a toll-free or premium number, not a person's."
    return ""


def _north_american(national: str) -> str:
    """E.164 of ten digits of the +1 plan.

    The area code must be in use; the rest need only be possible, since samples and tests are made of the
    fictional 555 exchange of real area codes. Toll-free and premium numbers are nobody's own phone.
    """
    exchange = national[3:6]
    if exchange[0] in "01" or exchange[1:] == "11":
        raise Invalid("The phone number cannot exist: its middle three digits are not in use.")
    if fault := _area_code_fault(national[:3]):
        raise Invalid(fault)
    return f"+1{national}"


def _parsed_phone(text: str) -> Phone:
    """One number in any other notation: letters, extensions, other countries."""
    try:
        number = phonenumbers.parse(text, "US")
    except NumberParseException as refusal:
        raise Invalid("The phone number cannot be read.") from refusal
    extension = number.extension or ""
    if number.country_code == 1:
        national = str(number.national_number)
        if len(national) != 10:
            raise Invalid("The phone number does not have ten digits.")
        return Phone(_north_american(national), extension)
    if not phonenumbers.is_valid_number(number):
        raise Invalid("The phone number cannot exist in its country.")
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), extension)


def normalise_phone(text: str) -> Phone:
    """A phone number typed in any usual way, in E.164; without a country code it is read as American.

    Of several numbers in one text the first that can be read counts. Raises Invalid.
    """
    digits = text.translate(_PHONE_PUNCTUATION)
    if digits.isascii():  # the usual case first: a full parse costs forty times as much
        bare = digits.removeprefix("+")
        if bare.isdigit():
            if len(bare) == 11 and bare[0] == "1":
                return Phone(_north_american(bare[1:]))
            if len(bare) == 10 and bare is digits:
                return Phone(_north_american(bare))
    text = tidy(text, _PHONE_LIMIT)
    if not text:
        raise Invalid("The phone number is missing.")
    try:
        return _parsed_phone(text)
    except Invalid:
        parts = [part for part in _SEVERAL_PHONES.split(text) if part.strip()]
        for part in parts if len(parts) > 1 else ():
            try:
                return _parsed_phone(part)
            except Invalid:
                continue
        raise


@lru_cache(maxsize=20_000)
def _email_domain(domain: str) -> str:
    """The checked domain in its comparable form. Raises EmailNotValidError."""
    return validate_email(f"a@{domain}", check_deliverability=False).domain.lower()


def normalise_email(text: str) -> str:
    """An email address in lower case, its syntax checked (no DNS). Raises Invalid.

    Lower case for the local part too: no large provider tells 'Jane@' from 'jane@', and duplicates would
    hide behind it.
    The example domains are allowed, as RFC 6761 says that software should.
    """
    address = text.strip().removeprefix("mailto:").strip("<>").lower()
    local, _, domain = address.rpartition("@")
    try:
        if len(local) <= 64 and _PLAIN_LOCAL_PART.fullmatch(local):
            address = f"{local}@{_email_domain(domain)}"
        else:
            address = validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as refusal:
        raise Invalid("The email address is not a valid one.") from refusal
    if len(address) > EMAIL_LIMIT:
        raise Invalid("The email address is too long.")
    return address


def _cased(word: str) -> str:
    """A shouted or whispered word in name case: O'BRIEN -> O'Brien, mcdonald -> McDonald."""
    if word.lower() in _SUFFIXES and word.lower().startswith("i"):
        return word.upper()
    parts = re.split(r"([-'\u2019])", word.lower())
    cased = "".join(part[:1].upper() + part[1:] for part in parts)
    if cased.startswith("Mc") and len(cased) > 4:
        cased = cased[:2] + cased[2].upper() + cased[3:]
    return cased


def normalise_name(text: str) -> str:
    """A name as typed, tidied; if it is all in capitals or all in small letters, in name case. May be ''."""
    name = tidy(text, NAME_LIMIT)
    if len(name) > 2 and (name.isupper() or name.islower()):
        name = " ".join(_cased(word) for word in name.split(" "))[:NAME_LIMIT]
    return name


def split_name(text: str) -> tuple[str, str]:
    """(first, last): 'Maria de la Cruz' gives Maria, de la Cruz; 'Smith, Jane A' gives Jane A, Smith.

    Titles are dropped, generational suffixes stay with the last name, middle names with the first. A single
    word is a first name.
    """
    name = normalise_name(text)
    last, comma, first = name.partition(",")
    if comma and first.strip() and first.strip().lower().rstrip(".") not in _SUFFIXES:
        return first.strip(), last.strip()
    words = name.replace(",", " ").split()
    while len(words) > 1 and words[0].lower().rstrip(".") in _TITLES:
        words = words[1:]
    if len(words) < 2:
        return " ".join(words), ""
    start = len(words) - 1
    while start > 1 and words[start].lower().rstrip(".") in _SUFFIXES:
        start -= 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def trigrams(text: str) -> frozenset[str]:
    """The trigrams of a text as PostgreSQL's pg_trgm counts them: per word, padded '  word '."""
    grams: set[str] = set()
    for word in _WORD.findall(text.lower()):
        padded = f"  {word} "
        grams.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return frozenset(grams)


def name_similarity(one: str, other: str) -> float:
    """How alike two names are, 0 to 1: shared trigrams over all trigrams, the measure of pg_trgm's
    `similarity`. The order of the words does not matter."""
    left, right = trigrams(one), trigrams(other)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)


def masked_phone(e164: str) -> str:
    """What a screen shows of a phone number without the right to personal data: its last four digits."""
    return f"***-***-{e164[-4:]}"


def masked_email(address: str) -> str:
    """What a screen shows of an email address without that right: first letter and domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}***@{domain}"
