"""What people type into forms, as it is stored."""

from __future__ import annotations

from aurum_data.errors import Invalid


def typed_text(typed: str, what: str, longest: int) -> str:
    """Text of one or more lines without white space around it and without NUL, which PostgreSQL does not take.

    Raises Invalid when it is longer than `longest` characters: "The `what` may have at most ...".
    """
    kept = typed.replace("\x00", "").strip()
    if len(kept) > longest:
        raise Invalid(f"The {what} may have at most {longest:,} characters.")
    return kept
