"""The command line: `python -m aurum_data COMMAND`. `--help` explains each."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from aurum_data.errors import AurumError, UserError
from aurum_data.rules.freeze import TITLES, Freeze
from aurum_data.settings import get_settings

# Each command imports what it needs when it runs, so that `env` or `--help` does not load pandas.
# ruff: noqa: PLC0415

Command = Callable[[argparse.Namespace], int]


def run(_: argparse.Namespace) -> int:
    """Start the local pair (or use the production pair that is set), the worker and the dashboard."""
    from aurum_data.operations.run import run as supervise

    return supervise(get_settings())


def env(_: argparse.Namespace) -> int:
    """Print the URLs of the pair as NAME=value lines, and the state of both servers. They hold passwords."""
    from aurum_data.database import Database
    from aurum_data.operations.local import connected_settings

    settings = connected_settings()
    for name in ("primary_url", "replica_url", "owner_url"):
        print(f"AURUM_{name.upper()}={getattr(settings, name) or ''}")
    database = Database(settings)
    state = database.status()
    lag = "unknown" if state.lag_seconds is None else f"{state.lag_seconds:.1f} s behind"
    print(f"# reads go to the {state.source}; replica {lag}. {state.message}".rstrip())
    print(f"# keys in {'AURUM_KEYS' if settings.keys else settings.key_path}")
    database.dispose()
    return 0


def people(_: argparse.Namespace) -> int:
    """Print the sample people as JSON: username, role, password, current one-time code. Local pair only."""
    from aurum_data.operations.local import connected_settings
    from aurum_data.sample.people import sample_people

    settings = connected_settings()
    if settings.production:
        raise UserError("Sample people exist on the local pair only.")
    print(json.dumps([asdict(person) for person in sample_people(settings)], indent=2))
    return 0


def first_admin(arguments: argparse.Namespace) -> int:
    """Make the first administrator of a new installation and print the one-time link to choose a password."""
    from aurum_data.actions.accounts import first_administrator
    from aurum_data.database import Database
    from aurum_data.jobs.links import link_to
    from aurum_data.operations.local import connected_settings

    settings = connected_settings()
    database = Database(settings)
    try:
        with database.write(None) as session:
            person = {"username": arguments.username, "full_name": arguments.name, "email": arguments.email}
            letter = first_administrator(session, **person)
    finally:
        database.dispose()
    print(link_to(settings, letter.token))
    print(f"# good once, until {letter.expires_at:%Y-%m-%d %H:%M %Z}; give it to {letter.username} and nobody else")
    return 0


def migrate(_: argparse.Namespace) -> int:
    """Bring the database of AURUM_OWNER_URL to the newest schema, and its system rows to what the code says."""
    from aurum_data.operations import migrations
    from aurum_data.operations.local import connected_settings

    settings = connected_settings()
    if settings.owner_url is None:
        raise UserError("Set AURUM_OWNER_URL: migrations run as the owner of the tables.")
    migrations.upgrade(settings.owner_url)
    print(f"The schema is at version {migrations.current(settings.owner_url)}.")
    return 0


def load_reference(_: argparse.Namespace) -> int:
    """Load ZIP codes, demographics, electric rates and incentives; corrected rates are kept."""
    from sqlalchemy import create_engine

    from aurum_data.operations.local import connected_settings
    from aurum_data.reference.load import load_reference as load

    settings = connected_settings()
    if settings.owner_url is None:
        raise UserError("Set AURUM_OWNER_URL: reference data are loaded as the owner of the tables.")
    engine = create_engine(settings.owner_url)
    with engine.begin() as connection:
        for table, rows in load(connection).items():
            print(f"{table}: {rows:,} rows")
    engine.dispose()
    return 0


def sample(arguments: argparse.Namespace) -> int:
    """Fill an empty local database with invented leads and everything that belongs to them."""
    from aurum_data.operations.local import connected_settings
    from aurum_data.sample.generate import fill

    fill(connected_settings(), leads=arguments.leads, seed=arguments.seed, progress=print)
    return 0


def import_leads(arguments: argparse.Namespace) -> int:
    """Take in a CSV or XLSX file of leads. The same file twice changes nothing; a killed import goes on."""
    from aurum_data.intake.cli import import_command
    from aurum_data.operations.local import connected_settings

    return import_command(connected_settings(), arguments.file, dry_run=arguments.dry_run)


def freeze(arguments: argparse.Namespace) -> int:
    """Make the whole application read-only, or stop exports or erasures. Every page says so, with the reason."""
    from aurum_data.actions.core import SYSTEM
    from aurum_data.actions.freeze import freeze as set_switch
    from aurum_data.database import Database
    from aurum_data.operations.local import connected_settings

    database = Database(connected_settings())
    with database.write(SYSTEM) as session:
        set_switch(session, SYSTEM, switch=Freeze(arguments.switch), reason=arguments.reason)
    database.dispose()
    print(f"{TITLES[Freeze(arguments.switch)]}. `unfreeze {arguments.switch}` releases it.")
    return 0


def unfreeze(arguments: argparse.Namespace) -> int:
    """Release what `freeze` or an administrator has stopped."""
    from aurum_data.actions.core import SYSTEM
    from aurum_data.actions.freeze import unfreeze as release
    from aurum_data.database import Database
    from aurum_data.operations.local import connected_settings

    database = Database(connected_settings())
    with database.write(SYSTEM) as session:
        release(session, SYSTEM, switch=Freeze(arguments.switch), reason=arguments.reason)
    database.dispose()
    print("Released.")
    return 0


def rotate_keys(arguments: argparse.Namespace) -> int:
    """Add a key version (--new), put the newest to use and bring everything under it, or retire one (--retire N)."""
    from aurum_data.operations import key_versions
    from aurum_data.operations.key_rotation import Sort
    from aurum_data.operations.local import connected_settings

    settings = connected_settings()
    sort: Sort = "hashing" if arguments.hashes else "encryption"
    if arguments.retire is not None:
        key_versions.retire(settings, sort, arguments.retire, _say)
        return 0
    if arguments.new:
        key_versions.add(settings, sort, _say)
        return 0
    return 1 if key_versions.rotate(settings, sort, _say) else 0


def backup_keys(arguments: argparse.Namespace) -> int:
    """Write all keys into a file, encrypted under a passphrase that is asked for."""
    from aurum_data.operations import key_copies
    from aurum_data.operations.local import key_settings

    key_copies.backup_keys(key_settings(), arguments.file, arguments.passphrase_fd)
    return 0


def restore_keys(arguments: argparse.Namespace) -> int:
    """Write the key file again from a file that backup-keys made. Start the dashboard and the worker after it."""
    from aurum_data.operations import key_copies
    from aurum_data.operations.local import key_settings

    key_copies.restore_keys(key_settings(), arguments.file, arguments.passphrase_fd)
    return 0


def worker(_: argparse.Namespace) -> int:
    """Run background jobs: rollups, views, partitions, health samples. Stops cleanly on Ctrl-C."""
    from aurum_data.jobs.worker import run_worker
    from aurum_data.operations.local import connected_settings

    run_worker(connected_settings())
    return 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="python -m aurum_data", description="Commands of Aurum Solar Ops.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command) -> argparse.ArgumentParser:
        text = command.__doc__ or ""
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        return sub

    add("run", run)
    add("env", env)
    add("people", people)
    first = add("first-admin", first_admin)
    first.add_argument("--username", required=True, help="small letters and digits")
    first.add_argument("--name", required=True, help="first and last name")
    first.add_argument("--email", required=True, help="where mails to this person go")
    add("migrate", migrate)
    add("load-reference", load_reference)
    sampling = add("sample", sample)
    sampling.add_argument(
        "--leads", type=int, default=get_settings().leads, help="how many leads (default %(default)s)"
    )
    sampling.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same leads (default %(default)s)"
    )
    importing = add("import-leads", import_leads)
    importing.add_argument("file", type=Path, help="CSV or XLSX file, as exported by an ad platform or a CRM")
    importing.add_argument("--dry-run", action="store_true", help="check every row, load nothing")
    add("worker", worker)
    for name, command in (("freeze", freeze), ("unfreeze", unfreeze)):
        switching = add(name, command)
        switching.add_argument("switch", choices=[str(switch) for switch in Freeze])
        switching.add_argument("--reason", required=command is freeze, default="", help="everybody will read it")
    _add_key_commands(add)
    return top


def _add_key_commands(add: Callable[[str, Command], argparse.ArgumentParser]) -> None:
    rotating = add("rotate-keys", rotate_keys)
    rotating.add_argument("--hashes", action="store_true", help="the keys of the look-up hashes, not of encryption")
    step = rotating.add_mutually_exclusive_group()
    step.add_argument("--new", action="store_true", help="add a version; the next rotate-keys puts it to use")
    step.add_argument("--retire", type=int, metavar="N", help="remove version N, once nothing is under it")
    for name, command in (("backup-keys", backup_keys), ("restore-keys", restore_keys)):
        copying = add(name, command)
        copying.add_argument("file", type=Path, help="the backup")
        copying.add_argument(
            "--passphrase-fd",
            type=int,
            metavar="N",
            help="read the passphrase from this file descriptor",
        )


def main() -> int:
    """Run one command; an error that a person can mend is one sentence on standard error."""
    arguments = parser().parse_args()
    try:
        return int(arguments.command(arguments))
    except AurumError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
