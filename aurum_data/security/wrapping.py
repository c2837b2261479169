"""Key wrapping by a KMS: the data keys lie in the file wrapped, and only the KMS can unwrap them.

`Wrapping` is all that is asked of one. The one that is here runs a command, which every KMS has: the wrapped bytes on
its standard input, the plain ones on its standard output.
"""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from typing import Protocol

from aurum_data.errors import Unavailable
from aurum_data.settings import Settings

TIMEOUT_SECONDS = 10.0


class Wrapping(Protocol):
    """A key-encryption key that never leaves its KMS."""

    def wrap(self, plain: bytes) -> bytes:
        """Encrypt some 200 to 2,000 bytes under the key-encryption key."""

    def unwrap(self, wrapped: bytes) -> bytes:
        """Decrypt them."""


@dataclass(frozen=True)
class CommandWrapping:
    """A KMS reached through its own program. What the program prints on standard error is never shown or kept."""

    unwrap_command: str
    wrap_command: str | None = None
    timeout: float = TIMEOUT_SECONDS

    def wrap(self, plain: bytes) -> bytes:
        """Raises Unavailable, also when no command for it is set: only writing keys needs one."""
        if self.wrap_command is None:
            raise Unavailable("Writing keys that are wrapped by a KMS needs AURUM_KEY_WRAP_COMMAND.")
        return self._run(self.wrap_command, "AURUM_KEY_WRAP_COMMAND", plain)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises Unavailable when the command fails, answers nothing, or takes too long."""
        return self._run(self.unwrap_command, "AURUM_KEY_COMMAND", wrapped)

    def _run(self, command: str, setting: str, given: bytes) -> bytes:
        try:
            done = subprocess.run(
                shlex.split(command),
                input=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"The key command ({setting}) did not answer in {self.timeout:.0f} s.") from None
        except (OSError, ValueError):
            raise Unavailable(f"The key command ({setting}) cannot be run: check the setting.") from None
        if done.returncode != 0 or not done.stdout:
            how = f"ended with exit code {done.returncode}" if done.returncode else "answered nothing"
            raise Unavailable(f"The key command ({setting}) {how}: run it by hand to see why.") from None
        return done.stdout


def wrapping(settings: Settings) -> Wrapping | None:
    """The KMS that the settings name; None: keys are kept plain."""
    if settings.key_command is None:
        return None
    return CommandWrapping(settings.key_command, settings.key_wrap_command)
