"""Does the database match the models, and the stored schema? Autogenerate does not see checks and predicates,
so the dump of the schema is compared too."""

from __future__ import annotations

import difflib
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from aurum_data.models import Base
from aurum_data.settings import PROJECT_ROOT

STORED_SCHEMA = PROJECT_ROOT / "migrations" / "schema.sql"
PARTITION = re.compile(r"_p\d{6}$")


def include_name(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
    """Leave monthly partitions and the queue's own tables out of autogenerate."""
    return not (kind == "table" and name and (PARTITION.search(name) or name.startswith("procrastinate_")))


def model_differences(url: str) -> list[Any]:
    """What autogenerate would change to bring the database to the models; empty: none."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"include_name": include_name, "compare_server_default": True}
            )
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()


def dump_schema(url: str, pg_dump: Path) -> str:
    """The schema of a database as SQL, without owners, partitions and the queue's own objects."""
    target = make_url(url)
    result = subprocess.run(
        [str(pg_dump), "--schema-only", "--no-owner", "--exclude-table=procrastinate_*", "--exclude-table=*_p2*",
         "--restrict-key=aurum", f"--host={target.host}", f"--port={target.port}", f"--username={target.username}",
         f"--dbname={target.database}"],
        env={"PGPASSWORD": str(target.password), "PGTZ": "UTC"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    kept = [
        line for line in result.stdout.splitlines() if line and not line.startswith(("--", "SET ", "SELECT pg_catalog"))
    ]
    statements = re.split(r"(?<=;)\n(?=[A-Z])", "\n".join(kept))
    return "\n".join(s for s in statements if "procrastinate" not in s) + "\n"


def schema_differences(url: str, pg_dump: Path) -> list[str]:
    """Lines by which the database's schema differs from migrations/schema.sql; empty: none."""
    stored = STORED_SCHEMA.read_text().splitlines()
    return list(
        difflib.unified_diff(stored, dump_schema(url, pg_dump).splitlines(), "stored", "database", lineterm="", n=1)
    )
