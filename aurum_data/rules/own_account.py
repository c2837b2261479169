"""What the people who work with the application are told about data on themselves."""

from __future__ import annotations

NOTICE_VERSION = "2026-01"  # a new text gets a new version, and everybody is asked to read it again
NOTICE = """
We keep your name, email address, password (as a hash) and second factor (encrypted) to let you in. Each sign-in is kept
with its time, network address and browser. What you change, export or look up is kept with your name, the time and the
reason you gave; administrators and compliance staff can read it, because the law wants to know who saw whose data.
Ask compliance staff to see or correct what is kept about you.
"""
