"""Bulk import against a bare COPY of the same rows into the same indexed tables."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg

from aurum_data.actions.core import SYSTEM
from aurum_data.intake.load import import_file
from benchmarks.ground import Ground, vacuum_leads
from benchmarks.result import Result

ROWS = 20_000
TABLES = ("leads", "lead_consents", "lead_consent_events", "lead_idempotency_keys")
ZIPS = ("11215", "11385", "10304", "10465", "11434", "11691", "10027", "11209")
STREETS = ("Maple", "Oak", "Cedar", "Bergen", "Dean", "Hylan", "Hart", "Linden")


def measure(ground: Ground) -> Iterator[Result]:
    """Rows per second of `import-leads`, and of COPY of what it wrote: the middle of three goes."""
    goes = sorted((_both(ground) for _ in range(3)), key=lambda go: go[0] / go[1])
    imported, copied = goes[1]
    yield Result(
        "import: rows per second",
        imported,
        0.5 * copied,
        "row/s",
        floor=copied,
        at_least=True,
        note=f"floor: bare COPY; ratios {', '.join(f'{one / other:.2f}' for one, other in goes)}",
    )


def _both(ground: Ground) -> tuple[float, float]:
    """One go of the import, and of COPY straight after it; the ground is left as it was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        _write_file(path, random.Random(time.time_ns()))
        started = time.perf_counter()
        report = import_file(ground.database, SYSTEM, path)
        imported = report.landed / (time.perf_counter() - started)
    copied = _copy(ground.urls.owner.replace("+psycopg", ""), str(report.batch_id), report.landed)
    vacuum_leads(ground.urls.owner)
    return imported, copied


def _write_file(path: Path, rng: random.Random) -> None:
    headers = [
        "id",
        "created_time",
        "full_name",
        "email",
        "phone_number",
        "street_address",
        "city",
        "zip_code",
    ]
    headers += [
        "what_is_your_monthly_electric_bill?",
        "do_you_own_your_home?",
        "utm_source",
        "xxTrustedFormCertUrl",
    ]
    mark = rng.randrange(10**9)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headers)
        for n in range(ROWS):
            phone = f"p:+1{(201, 973)[n // 10_000]}555{n % 10_000:04}"
            person = [f"Bench{n} Person{mark}", f"bench{mark}.{n}@example.com", phone]
            home = [f"{n + 1} {rng.choice(STREETS)} St", "New York", rng.choice(ZIPS), "$200", "yes"]
            consent = f"https://cert.trustedform.com/{n:040x}"
            writer.writerow([f"l:{mark}{n}", "2026-11-20T14:05:00-05:00", *person, *home, "facebook", consent])


def _copy(url: str, batch: str, landed: int) -> float:
    """Rows of leads per second when what the import wrote is taken out and copied back in, in one transaction."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TEMP TABLE mine AS SELECT id FROM leads WHERE import_batch_id = %s", [batch])
        saved = []
        for table in TABLES:
            key = {"leads": "id", "lead_idempotency_keys": "lead_ref"}.get(table, "lead_id")
            found = connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
                " AND is_generated = 'NEVER' ORDER BY ordinal_position",
                [table],
            ).fetchall()
            columns = ", ".join(str(row[0]) for row in found)
            content = BytesIO()
            query = (
                f"COPY (SELECT {columns} FROM {table} WHERE {key} IN (SELECT id FROM mine)) TO STDOUT (FORMAT BINARY)"
            )
            with connection.cursor().copy(query) as out:  # type: ignore[arg-type]
                for block in out:
                    content.write(block)
            saved.append((table, key, columns, content))
        for table, key, _, _ in reversed(saved):
            connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM mine)")  # type: ignore[arg-type]
        started = time.perf_counter()
        for table, _, columns, content in saved:
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as into:  # type: ignore[arg-type]
                into.write(content.getvalue())
        seconds = time.perf_counter() - started
        connection.rollback()
        connection.execute("CREATE TEMP TABLE mine AS SELECT id FROM leads WHERE import_batch_id = %s", [batch])
        for table, key, _, _ in reversed(saved):  # leave the ground as it was found
            connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM mine)")  # type: ignore[arg-type]
        connection.commit()
    return landed / seconds
