"""Write migrations/schema.sql from the database of AURUM_OWNER_URL, after a new migration was applied to it.

python scripts/store_schema.py [path of pg_dump]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from aurum_data.operations.account import server_account  # noqa: E402
from aurum_data.operations.cluster import LocalPair  # noqa: E402
from aurum_data.operations.drift import STORED_SCHEMA, dump_schema  # noqa: E402
from aurum_data.operations.local import connected_settings  # noqa: E402
from aurum_data.operations.programs import find_programs  # noqa: E402

if __name__ == "__main__":
    settings = connected_settings()
    state = LocalPair(settings.home).state
    pg_dump = sys.argv[1] if sys.argv[1:] else find_programs(state, settings.pg_bin, server_account()).path("pg_dump")
    STORED_SCHEMA.write_text(dump_schema(str(settings.owner_url), Path(pg_dump)))
