"""The operating-system account that the local servers run as, and the folder that holds their state."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from aurum_data.errors import UserError

SYSTEM_ACCOUNT = "aurum-ops"
SYSTEM_STATE = Path("/var/lib/aurum-ops")


@dataclass(frozen=True)
class Account:
    """Who runs PostgreSQL: the caller, or a system account of its own when the caller is root."""

    uid: int
    gid: int
    switched: bool

    def run(self, args: list[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run one program as this account, away from the caller's environment, folder and terminal.

        Its output is `stdout` of the result. Never raises for an exit code.
        """
        # PGHOST, PGSERVICE and their like in the caller's environment must not steer our programs.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": "/"}
        return subprocess.run(
            args,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
            umask=0o077,
            timeout=timeout,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops the servers in order
            text=True,
            check=False,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def own(self, path: Path) -> Path:
        """Hand a file or folder that the caller made to this account."""
        if self.switched:
            os.chown(path, self.uid, self.gid)
        return path


def server_account() -> Account:
    """The account for the servers; as root, the system account is created at first use.

    Raises UserError where initdb would fail with something obscure.
    """
    if os.geteuid() != 0:
        try:
            entry = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise UserError(
                f"User id {os.geteuid()} is not among this system's accounts, and PostgreSQL needs that. "
                "Run as a named user (in a container: add one to /etc/passwd)."
            ) from None
        return Account(entry.pw_uid, os.getegid(), switched=False)
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        entry = _create_system_account()
    return Account(entry.pw_uid, entry.pw_gid, switched=True)


def _create_system_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_ACCOUNT], check=False)
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        raise UserError(
            f"PostgreSQL does not run as root, and the system account {SYSTEM_ACCOUNT} could not be created. "
            "Run as an ordinary user, or create that account."
        ) from None


def state_dir(home: Path) -> Path:
    """The folder that really holds the state of `home`; it need not exist yet.

    It is `home` itself, except for root below a folder that the system account cannot enter (a checkout under
    /root, say): then it is a folder of its own under /var/lib; opening up parent folders is not ours to do.
    """
    if os.geteuid() != 0:
        return home
    try:
        entry = pwd.getpwnam(SYSTEM_ACCOUNT)
        uid, gid = entry.pw_uid, entry.pw_gid
    except KeyError:
        uid, gid = -1, -1
    real = home.resolve()
    if all(_may_enter(folder, uid, gid) for folder in (real, *real.parents) if folder.exists()):
        return home
    return SYSTEM_STATE / f"{real.parent.name}-{hashlib.sha256(os.fsencode(real)).hexdigest()[:12]}"


def _may_enter(folder: Path, uid: int, gid: int) -> bool:
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def make_state_dir(home: Path) -> Path:
    """Create the state folder: private, except that a switched account may pass through to its own part."""
    state = state_dir(home)
    callers_umask = os.umask(0o022)  # a stricter one would shut the switched account out
    try:
        state.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except PermissionError:
        raise UserError(
            f"The state folder {state} cannot be created here. Set AURUM_HOME to a folder of yours."
        ) from None
    finally:
        os.umask(callers_umask)
    if not os.access(state, os.W_OK | os.X_OK):
        raise UserError(f"The state folder {state} belongs to another account. Set AURUM_HOME to a folder of yours.")
    return state
