"""`python -m aurum_data import-leads FILE`: an import from the command line."""

from __future__ import annotations

from pathlib import Path

from aurum_data.actions.core import SYSTEM
from aurum_data.database import Database
from aurum_data.intake.columns import Mapping, propose_mapping
from aurum_data.intake.files import inspect_file
from aurum_data.intake.header_names import Field
from aurum_data.intake.load import ImportReport, import_file
from aurum_data.settings import Settings


def import_command(settings: Settings, path: Path, *, dry_run: bool = False) -> int:
    """Import a file as the system, and print how its columns were read and what became of its rows."""
    facts = inspect_file(path)
    mapping = propose_mapping(facts.headers)
    print(f"{path.name}: {facts.format.upper()}, {mapping.source_system.label}")
    _print_mapping(mapping)
    database = Database(settings)
    try:
        report = import_file(
            database,
            SYSTEM,
            path,
            mapping=mapping,
            dry_run=dry_run,
            progress=lambda rows: print(f"  {rows:,} rows", flush=True),
        )
    finally:
        database.dispose()
    _print_report(report, dry_run=dry_run)
    return 0


def _print_mapping(mapping: Mapping) -> None:
    for field, header in mapping.fields.items():
        sure = "" if mapping.confidence[field] == 1.0 else f" ({mapping.confidence[field]:.0%} sure)"
        print(f"  {field.label}: {header}{sure}")
    if mapping.unmatched:
        print(f"  not read: {', '.join(mapping.unmatched)}")


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    print("Nothing was written; it would be:" if dry_run else "Done:")
    print(f"  {report.rows:,} rows, {report.landed:,} landed, {report.rejected:,} refused,", end=" ")
    print(f"{report.already_imported:,} already there")
    print(f"  of those landed {report.duplicates:,} duplicates, {report.not_sellable:,} not sellable")
    for name, count in report.unread.most_common():
        print(f"  {count:,} values left out: {Field(name).label}")
    for problem in report.first_problems:
        print(f"  line {problem.line_number:,}: {problem.reason}")
