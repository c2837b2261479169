"""The exception tree.

AurumError
├── UserError            a person can mend it; `message` is one sentence fit for the screen
│   ├── NotAllowed       the actor lacks the right
│   ├── ConfirmationNeeded  the person must first prove again who they are
│   ├── NotFound         the thing is not there (any more)
│   ├── Conflict         somebody else changed it first, or it is in the wrong state
│   ├── Invalid          the input does not fit
│   ├── TooSlow          the query was stopped by its time limit: narrow the filter
│   └── ReadOnly         writing is switched off, or the primary is away
├── Renewed              what was asked for as of a stamp has a newer one: ask for that
└── Unavailable          a part of the system does not answer; retrying later may help

Everything else that is raised is a bug.
"""

from __future__ import annotations


class AurumError(Exception):
    """Base of every error that this project raises on purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(AurumError):
    """Something the person at the screen can mend."""


class NotAllowed(UserError):
    """The actor lacks the right."""


class ConfirmationNeeded(UserError):
    """The deed needs a fresh proof of who the person is: password and, if they have one, a one-time code."""


class NotFound(UserError):
    """The thing asked for is not there, or not visible to the actor."""


class Conflict(UserError):
    """The thing changed meanwhile, or is in a state that forbids the step."""


class Invalid(UserError):
    """The input does not fit; the message says which and why."""


class TooSlow(UserError):
    """A query was stopped by its time limit."""


class ReadOnly(UserError):
    """Writing is refused: switched off by an administrator, or the primary does not answer."""


class Renewed(AurumError):
    """The figures asked for are not those of the stamp asked for (any more)."""


class Unavailable(AurumError):
    """A server or a service does not answer."""
