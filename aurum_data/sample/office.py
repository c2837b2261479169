"""What surrounds the leads: imports, alerts, messages, saved views, machine keys and the insights of the models."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from aurum_data.sample.audit import audit
from aurum_data.sample.draws import DAY, HOUR, MINUTE, SECOND, at, day_ms, local_day, usd, uuid7
from aurum_data.sample.models import INSIGHT
from aurum_data.sample.phrases import DATA
from aurum_data.sample.world import ImportedFile, World
from aurum_data.sample.write import Batch, table
from aurum_data.security.fields import SealedField

IMPORTS = table(
    "import_batches",
    "id file_name file_sha256 file_format source_system column_mapping status row_count landed_count duplicate_count "
    "rejected_count unsellable_count next_line imported_by started_at finished_at",
)
REJECTED = table("import_rejected_rows", "id batch_ref line_number field reason row_encrypted delete_after created_at")
RULES = table(
    "alert_rules", "id rule_name metric comparison threshold severity notify_roles minimum_interval_minutes created_at"
)
ALERTS = table("alerts", "id rule_ref opened_at closed_at observed message acknowledged_by acknowledged_at")
INBOX = table("inbox_messages", "id user_ref created_at kind title body link read_at")
VIEWS = table(
    "saved_views", "id owner_id page view_name definition is_shared is_pinned default_for_role created_at updated_at"
)
LINKS = table("list_links", "id page definition search_encrypted created_by created_at expires_at")
SETTINGS = table("list_settings", "user_ref page columns start_view_ref updated_at")
KEYS = table(
    "api_keys", "id key_name key_prefix key_hash scopes allowed_addresses created_by created_at expires_at revoked_at"
)
INSIGHTS = table(
    "ai_insights",
    "id created_at insight_type category title description recommendation evidence confidence expected_impact_usd "
    "model_ref period_start period_end status validated_by validated_at implemented_at outcome",
)
ASSIGNMENT = table("assignment_rules", "id created_at rule_name position boroughs languages members is_active")
REJECTED_DAYS = 30
_REJECTIONS = (
    ("phone", "The phone number does not have ten digits.", "Jan Example,555-01,jan@example.com,11375"),
    ("zip_code", "07030 is outside New York City.", "Kim Example,+12125550147,kim@example.org,07030"),
    ("email", "The email address is not a valid one.", "Lee Example,+17185550123,lee@example,10314"),
    ("zip_code", "The ZIP code does not have five digits.", "Pat Example,+13475550188,pat@example.net,1137"),
)
# Name, metric, comparison, threshold, severity, roles, minutes between two alerts.
_RULES = (
    ("Platform errors", "platform_error_rate", "above", "0.10", "warning", ["ops"], 60),
    ("Platform acceptance", "platform_acceptance_rate", "below", "0.45", "warning", ["ops", "manager"], 240),
    ("Replica lag", "replica_lag_seconds", "above", "30", "critical", ["admin"], 15),
    ("Privacy request due", "privacy_days_left", "below", "3", "critical", ["compliance"], 1440),
    ("Leads of the day", "leads_per_day", "below", "5", "info", ["manager"], 1440),
    ("Statements overdue", "overdue_usd", "above", "5000", "warning", ["manager"], 1440),
)
# Rule, days ago, open for hours (None: still), observed, message, acknowledged by.
_ALERTS = (
    (0, 8, 130, "0.34", "Meridian Lead Market: 34% of deliveries failed in the last hour", "olga"),
    (1, 5, 20, "0.41", "Meridian Lead Market accepted 41% of the leads of the day", None),
    (2, 21, 1, "44", "The replica was 44 seconds behind", "ada"),
    (3, 6, None, "-7", "An erasure request is past its day", "carl"),
    (3, 1, None, "1", "An access request is due tomorrow", None),
    (5, 3, None, "9120", "More than $5,000 of statements are past due", None),
)


def write_office(world: World, imports: list[tuple[date, ImportedFile]], batch: Batch) -> None:
    """All of it; `imports` are the files of leads with their days."""
    _imports(world, imports, batch)
    _alerts(world, batch)
    _views(world, batch)
    _keys(world, batch)
    _insights(world, batch)
    _assignment(world, batch)
    paused = [platform for platform in world.platforms if platform.plan.paused]
    for platform in paused:
        reason = "Return share above its cap: under review"
        audit(world, batch, platform.leaves, "olga", "platforms:platform:pause", "platform", platform.id, reason)


def _imports(world: World, imports: list[tuple[date, ImportedFile]], batch: Batch) -> None:
    """The files of leads that came in, and a recent one of which nothing could be used."""
    rng = world.rng
    for day, file in sorted(imports, key=lambda entry: entry[1].started):
        _import(world, day, file, rng.choices(_REJECTIONS, k=rng.randrange(1, 5)), batch)
    broken = world.end - 3 * DAY
    _import(world, local_day(broken), ImportedFile(uuid7(rng, broken), broken), list(_REJECTIONS), batch)


def _import(world: World, day: date, file: ImportedFile, rejected: list[tuple[str, str, str]], batch: Batch) -> None:
    rng = world.rng
    rows = file.rows + len(rejected)
    started, finished = file.started - 3 * SECOND, min(file.started + 40 * rows + 9 * SECOND, world.end - 1)
    digest = hashlib.sha256(f"sample {file.id}".encode()).hexdigest()
    name = f"leads-{day:%Y-%m-%d}-{file.id.hex[-4:]}.csv"
    mapping = {"Full Name": "full_name", "Phone": "phone", "Email": "email", "ZIP": "zip_code"}
    batch.add(
        IMPORTS,
        (
            file.id, name, digest, "csv", "hubspot", mapping, "completed", rows, file.rows, file.duplicates,
            len(rejected), file.unsellable, rows + 1, world.people["olga"], at(started), at(finished),
        ),
    )  # fmt: skip
    audit(world, batch, finished, "olga", "import:batch:complete", "import_batch", file.id, landed=file.rows)
    kept_until = day + timedelta(days=REJECTED_DAYS)
    if kept_until <= world.until:
        return
    lines = sorted(rng.sample(range(2, rows + 2), len(rejected)))
    for line, (field, reason, text) in zip(lines, rejected, strict=True):
        row_id = uuid7(rng, finished)
        sealed = world.keyring.seal(SealedField.REJECTED_ROW, row_id, text)
        batch.add(REJECTED, (row_id, file.id, line, field, reason, sealed, kept_until, at(finished)))


def _alerts(world: World, batch: Batch) -> None:
    rng, made = world.rng, day_ms(world.first)
    rules = []
    for name, metric, comparison, threshold, severity, roles, minutes in _RULES:
        rules.append(uuid7(rng, made))
        batch.add(RULES, (rules[-1], name, metric, comparison, Decimal(threshold), severity, roles, minutes, at(made)))
    roles_of = {"ops": "olga", "manager": "maya", "admin": "ada", "compliance": "carl"}
    for rule, days, hours, observed, message, person in _ALERTS:
        opened = world.end - days * DAY - rng.randrange(5 * HOUR)
        seen = opened + 25 * MINUTE if person else None
        user = world.people[person] if person else None
        closed = at(opened + hours * HOUR) if hours is not None else None
        row = (
            uuid7(rng, opened),
            rules[rule],
            at(opened),
            closed,
            Decimal(observed),
            message,
            user,
            at(seen) if seen else None,
        )
        batch.add(ALERTS, row)
        for role in _RULES[rule][5]:
            body = f"{_RULES[rule][0]}: {message}."
            read = at(seen) if seen else None
            batch.add(
                INBOX,
                (
                    uuid7(rng, opened),
                    world.people[roles_of[role]],
                    at(opened),
                    "alert",
                    _RULES[rule][0],
                    body,
                    None,
                    read,
                ),
            )


def _view(by: str = "created", columns: str = "", **parts: Any) -> dict[str, Any]:
    """What a view of the list of leads holds (queries/saved_views.py)."""
    return {"filter": parts, "sort": {"by": by, "descending": True}, "columns": columns.split()}


# Days ago, owner, name, definition, shared (and pinned), role that starts with it.
_VIEWS: tuple[tuple[int, str, str, dict[str, Any], bool, str | None], ...] = (
    (160, "sam", "My open leads", _view(statuses=["contacted", "qualified"], assigned_to="me"), False, None),
    (120, "maya", "Premium in Queens", _view("score", qualities=["premium"], boroughs=["Queens"]), True, None),
    (44, "olga", "Delivery failed", _view("activity", has_export_error=True), True, None),
    (20, "carl", "Consent not proven", _view(consent_states=["unproven"]), False, "compliance"),
)
LINK_DAYS = 90


def _views(world: World, batch: Batch) -> None:
    """Saved views, a copied link, and the columns that somebody chose."""
    rng = world.rng
    for days, owner, name, definition, shared, role in _VIEWS:
        ms = world.end - days * DAY
        row = (uuid7(rng, ms), world.people[owner], "leads", name, definition, shared or role is not None, shared, role)
        batch.add(VIEWS, (*row, at(ms), at(ms)))
    ms = world.end - 2 * DAY
    link, asked = uuid7(rng, ms), _view(statuses=["new"])
    sealed = world.keyring.seal(SealedField.LINK_SEARCH, link, "Atlantic Ave")
    batch.add(LINKS, (link, "leads", asked, sealed, world.people["maya"], at(ms), at(ms + LINK_DAYS * DAY)))
    columns = ["name", "status", "lead_score", "phone_masked", "address", "next_callback_at", "notes"]
    batch.add(SETTINGS, (world.people["sam"], "leads", columns, None, at(ms)))


def _keys(world: World, batch: Batch) -> None:
    rng = world.rng
    for days, name, scopes, revoked in (
        (300, "Old landing page", ["leads:import"], 90), (95, "Status board", ["platforms:read"], 30),
    ):  # fmt: skip
        ms = world.end - days * DAY
        secret = rng.getrandbits(256).to_bytes(32, "big")  # nobody has it: the key opens nothing
        ends = at(world.end - revoked * DAY)
        batch.add(
            KEYS,
            (
                uuid7(rng, ms), name, f"aso_{rng.getrandbits(32):08x}", hashlib.sha256(secret).digest(), scopes, [],
                world.people["ada"], at(ms), at(ms + 365 * DAY), ends,
            ),
        )  # fmt: skip


def _assignment(world: World, batch: Batch) -> None:
    """The rules by which new leads go to the people of sales."""
    sam, sofia = world.people["sam"], world.people["sofia"]
    for days, name, position, languages, members in (
        (70, "Spanish and Italian", 1, ["es", "it"], [sofia]), (200, "Everybody in turn", 2, [], [sam, sofia]),
    ):  # fmt: skip
        ms = world.end - days * DAY
        batch.add(ASSIGNMENT, (uuid7(world.rng, ms), at(ms), name, position, [], languages, members, True))


def _insights(world: World, batch: Batch) -> None:
    """What the insight model found (data/insights.json), and what people made of it."""
    rng = world.rng
    model = next(model for model in world.models if model.plan.purpose == INSIGHT)
    ana = world.people["ana"]
    for found in json.loads((DATA / "insights.json").read_text(encoding="utf-8")):
        ms = world.end - found["days_ago"] * DAY - rng.randrange(12 * HOUR)
        judged = found["status"] != "new"
        done = found["status"] == "implemented"
        impact = found["expected_impact_usd"]
        last = local_day(ms) - timedelta(days=1)
        batch.add(
            INSIGHTS,
            (
                uuid7(rng, ms), at(ms), found["insight_type"], found["category"], found["title"], found["description"],
                found["recommendation"], {"leads": rng.randrange(200, 4000)},
                Decimal(rng.randrange(620, 960)).scaleb(-3), usd(impact * 100) if impact else None, model.id,
                last - timedelta(days=89), last, found["status"], ana if judged else None,
                at(ms + DAY) if judged else None, at(ms + 2 * DAY) if done else None, found["outcome"],
            ),
        )  # fmt: skip
