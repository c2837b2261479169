"""Sending mail over SMTP; on a local pair without a mail server, into a folder.

Letters hold one-time links: neither their text nor their address is ever logged or put into an error.
"""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aurum_data.clock import now
from aurum_data.errors import Invalid, Unavailable
from aurum_data.security.tokens import new_token
from aurum_data.settings import Settings

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
TIMEOUT_SECONDS = 15
OUTBOX = "outbox"


def send(settings: Settings, *, to: str, subject: str, text: str) -> Path | None:
    """Send one letter. Without AURUM_SMTP_URL a local pair keeps it in AURUM_HOME/outbox: that file is the answer.

    Raises Unavailable when the server does not answer or asks to try later, or none is set in production; Invalid when
    it refuses the letter for good.
    """
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = settings.mail_from, to, subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost")
    letter["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    letter.set_content(text, cte="8bit")  # as it is: quoted-printable would break long links where people read the file
    if settings.smtp_url:
        _post(settings.smtp_url, letter)
        return None
    if settings.production:
        raise Unavailable("Mail cannot be sent: set AURUM_SMTP_URL.")
    return _keep(settings.home / OUTBOX, letter)


def _post(url: str, letter: EmailMessage) -> None:
    try:
        with _connected(url) as server:
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = {code for code, _ in refusal.recipients.values()}
        raise _error(max(codes)) from None
    except smtplib.SMTPResponseException as refusal:
        raise _error(refusal.smtp_code) from None
    except (OSError, smtplib.SMTPException):  # SMTPException is an OSError too, which may change
        raise Unavailable("The mail server does not answer.") from None


def _error(code: int) -> Invalid | Unavailable:
    if 500 <= code < 600:
        return Invalid(f"The mail server refused the letter for good (code {code}).")
    return Unavailable(f"The mail server asks to try later (code {code}).")


@contextlib.contextmanager
def _connected(url: str) -> Iterator[smtplib.SMTP]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    trust = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        if parts.scheme == "starttls":
            server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _keep(folder: Path, letter: EmailMessage) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{now():%Y%m%d-%H%M%S}-{new_token()[:8]}.eml"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(letter.as_bytes())
    return path
