"""A real mail server on loopback, and what it was given."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


@dataclass
class PostOffice:
    """Takes every letter, or answers each recipient with `refusal`."""

    letters: list[EmailMessage] = field(default_factory=list)
    refusal: str | None = None
    url: str = ""

    async def handle_RCPT(  # noqa: N802 - named by the library
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        letter = message_from_bytes(content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def links(self) -> list[str]:
        """The addresses in the letters, in the order they came."""
        return [found for letter in self.letters for found in re.findall(r"https?://\S+", letter.get_content())]


@contextmanager
def post_office(**options: Any) -> Iterator[PostOffice]:
    """Open one on a free port; `options` go to aiosmtpd."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = PostOffice(url=f"smtp://127.0.0.1:{port}")
    controller = Controller(office, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
