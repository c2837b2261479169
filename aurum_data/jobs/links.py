"""Mailing one-time links, and forgetting what has run out."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, audit
from aurum_data.actions.links import Letter, make_link
from aurum_data.errors import Invalid
from aurum_data.operations import mail
from aurum_data.rules.identity import LINK_HOURS, LinkPurpose
from aurum_data.security.devices import DEVICE_DAYS
from aurum_data.settings import Settings

LOGGER = logging.getLogger("aurum.jobs")
LINK_PATH = "/auth/link?token="

_SUBJECTS = {
    LinkPurpose.INVITATION: "Your account at Aurum Solar Ops",
    LinkPurpose.FIRST_ADMINISTRATOR: "Your account at Aurum Solar Ops",
    LinkPurpose.PASSWORD_RESET: "A new password for Aurum Solar Ops",
}
_BEGINNINGS = {
    LinkPurpose.INVITATION: "An account was made for you. Your user name is {username}.",
    LinkPurpose.FIRST_ADMINISTRATOR: "An account was made for you. Your user name is {username}.",
    LinkPurpose.PASSWORD_RESET: "Somebody, probably you, asked for a new password for the user name {username}.",
}
_LETTER = """\
Hello {full_name},

{beginning}
Choose a password here, within {life}:

{link}

The link is good once. If you did not expect this mail, do nothing, and tell an administrator.
"""
# A link that was made stays for a month as a record of what was sent, as does what was asked for as a file (the audit
# log keeps longer that it was fetched); so long a machine gets the same answer again
# (intake/single.py).
_FORGET = {
    "rate_limits": text("DELETE FROM rate_limits WHERE window_ends_at < now()"),
    "one_time_links": text("DELETE FROM one_time_links WHERE expires_at < now() - interval '30 days'"),
    "api_requests": text("DELETE FROM api_requests WHERE created_at < now() - make_interval(days => 30)"),
    "list_links": text("DELETE FROM list_links WHERE expires_at < now()"),
    "list_downloads": text("DELETE FROM list_downloads WHERE created_at < now() - interval '30 days'"),
    "import_rejected_rows": text("""
        DELETE FROM import_rejected_rows WHERE delete_after < (now() AT TIME ZONE 'America/New_York')::date
    """),
    "sign_in_tickets": text("DELETE FROM sign_in_tickets WHERE expires_at < now()"),
}
_FORGET_DEVICES = text("DELETE FROM user_devices WHERE last_seen_at < now() - make_interval(days => :days)")


class Primary(Protocol):
    """Where transactions on the primary come from."""

    def transaction(self) -> AbstractContextManager[Session]:
        """One transaction, committed at the end."""


def link_to(settings: Settings, token: str) -> str:
    """The address that a one-time link opens."""
    return f"{settings.address}{LINK_PATH}{token}"


def send_link(primary: Primary, settings: Settings, user_id: UUID, purpose: LinkPurpose) -> None:
    """Make a link and mail it; nothing when the account is not there, or not in the state that the purpose asks for.

    The link is stored before it is sent, so that none is mailed that does not work. Raises Unavailable when the mail
    must be tried again, with a link of its own; Invalid when it cannot be sent at all.
    """
    with primary.transaction() as session:
        letter = make_link(session, SYSTEM, user_id=user_id, purpose=purpose)
    if letter is None:
        return
    if letter.email is None:
        raise Invalid("The account has no email address.")
    kept = mail.send(settings, to=letter.email, subject=_SUBJECTS[purpose], text=_text(settings, letter))
    if kept is not None:
        LOGGER.warning("no mail server is set: a letter was kept in %s", kept.parent)
        with primary.transaction() as session:
            audit(session, SYSTEM, "system:mail:keep", "user", user_id, file=kept.name)


def _text(settings: Settings, letter: Letter) -> str:
    hours = LINK_HOURS[letter.purpose]
    return _LETTER.format(
        full_name=letter.full_name,
        beginning=_BEGINNINGS[letter.purpose].format(username=letter.username),
        life="one hour" if hours == 1 else f"{hours} hours",
        link=link_to(settings, letter.token),
    )


def forget_expired(session: Session) -> None:
    """Delete what has run out: limits, links to accounts and lists, tickets, known browsers, answers to machines,
    what was asked for as a file, and refused rows of imports."""
    for statement in _FORGET.values():
        session.execute(statement)
    session.execute(_FORGET_DEVICES, {"days": DEVICE_DAYS})
