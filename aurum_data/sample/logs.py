"""What the application logged about itself: sign-ins, activity, errors, security, health of servers and platforms."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from uuid import UUID

from aurum_data.clock import NEW_YORK
from aurum_data.sample.audit import OFFICE, audit
from aurum_data.sample.draws import DAY, HOUR, MINUTE, SECOND, Weighted, at, clamp, day_ms, local_day, uuid7
from aurum_data.sample.people import SAMPLE_PEOPLE
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

ATTEMPTS = table("sign_in_attempts", "id attempted_at username user_ref address outcome")
ACTIVITY = table("user_activity_logs", "id occurred_at user_ref page activity duration_ms")
ERRORS = table("error_logs", "id occurred_at error_id component error_type message location user_ref")
SECURITY = table("security_events", "id occurred_at event severity user_ref address details")
SAMPLES = table("health_samples", "id sampled_at node metric value")
CHECKS = table("platform_health_checks", "id checked_at platform_ref ok response_ms http_status error_code")

DAYS = 88  # error logs are kept for 90
_PAGES = {
    "admin": ("System", "Compliance", "Leads"), "manager": ("Revenue", "Leads", "Platforms", "Market"),
    "sales": ("Leads", "Leads", "Leads", "Market"), "ops": ("Platforms", "Platforms", "Leads", "Revenue"),
    "compliance": ("Compliance", "Compliance", "Leads"), "analyst": ("Revenue", "Market", "Platforms"),
}  # fmt: skip
_ERRORS = (
    ("dashboard", "TooSlow", "A query took longer than its time limit", "aurum_data/queries/lead_search.py"),
    ("worker", "OperationalError", "The connection to the primary was lost", "aurum_data/jobs/rollups.py"),
    ("import", "UnicodeDecodeError", "The file is not in the encoding it names", "aurum_data/intake/files.py"),
    ("dashboard", "Unavailable", "The replica did not answer in time", "aurum_data/database.py"),
)
_STRANGER = IPv4Address("203.0.113.77")  # reserved for documentation
_CHECK_ERRORS = Weighted({("http_503", 503): 0.6, ("timeout", None): 0.4})


def write_logs(world: World, batch: Batch) -> None:
    """All logs of the last weeks."""
    last = local_day(world.end - 1)
    for back in range(DAYS, -1, -1):
        day = last - timedelta(days=back)
        if day.weekday() < 5:
            _workday(world, day_ms(day), batch)
    for _ in range(46):
        ms = world.end - world.rng.randrange(DAYS * DAY)
        component, kind, message, location = world.rng.choice(_ERRORS)
        error_id = f"E-{world.rng.getrandbits(24):06X}"
        batch.add(ERRORS, (uuid7(world.rng, ms), at(ms), error_id, component, kind, message, location, None))
    _intruder(world, batch)
    _servers(world, batch)
    _platforms(world, batch)


def _workday(world: World, midnight: int, batch: Batch) -> None:
    rng = world.rng
    for person in SAMPLE_PEOPLE:
        if rng.random() < 0.12:
            continue
        user, address = world.people[person.username], rng.choice(OFFICE)
        ms = midnight + 8 * HOUR + rng.randrange(100 * MINUTE)
        if ms >= world.end - HOUR:
            continue
        if rng.random() < 0.06:
            batch.add(
                ATTEMPTS,
                (uuid7(rng, ms - 20 * SECOND), at(ms - 20 * SECOND), person.username, user, address, "wrong_password"),
            )
        batch.add(ATTEMPTS, (uuid7(rng, ms), at(ms), person.username, user, address, "success"))
        audit(world, batch, ms, person.username, "identity:session:open", "user", user)
        for _ in range(rng.randrange(2, 7)):
            ms += rng.randrange(2 * MINUTE, 80 * MINUTE)
            if ms >= world.end:
                break
            page = rng.choice(_PAGES[person.role])
            batch.add(ACTIVITY, (uuid7(rng, ms), at(ms), user, page, "open", rng.randrange(120, 1600)))


def _intruder(world: World, batch: Batch) -> None:
    """One night of guessing, and the quieter events that security staff look at."""
    rng = world.rng
    night = world.end - 19 * DAY
    night += (2 - at(night).astimezone(NEW_YORK).hour) * HOUR
    for number in range(34):
        ms = night + number * 11 * SECOND
        name = ("admin", "root", "ada", "maya")[number % 4]
        outcome = "unknown_user" if name in {"admin", "root"} else "blocked" if number > 16 else "wrong_password"
        batch.add(ATTEMPTS, (uuid7(rng, ms), at(ms), name, world.people.get(name), _STRANGER, outcome))
    rows: list[tuple[int, str, str, UUID | None, IPv4Address, dict[str, int]]] = [
        (night + 380 * SECOND, "sign_in_guessing", "critical", None, _STRANGER, {"attempts": 34})
    ]
    for _ in range(26):
        ms = world.end - rng.randrange(600 * DAY)
        person = rng.choice(SAMPLE_PEOPLE).username
        event, severity = rng.choice(
            (("permission_denied", "info"), ("contact_reveals_many", "warning"), ("role_changed", "info"))
        )
        rows.append((ms, event, severity, world.people[person], rng.choice(OFFICE), {}))
    for ms, event, severity, user, address, details in rows:
        batch.add(SECURITY, (uuid7(rng, ms), at(ms), event, severity, user, address, details))


def _servers(world: World, batch: Batch) -> None:
    """Measurements of both servers: hourly for a week, every five minutes for the last six hours."""
    rng = world.rng
    times = [world.end - n * HOUR for n in range(168, 6, -1)] + [world.end - n * 5 * MINUTE for n in range(72, 0, -1)]
    for node in ("primary", "replica"):
        hits, reads, transactions = 8.0e6, 9.0e4, 3.0e5
        before = times[0] - HOUR
        for ms in times:
            busy = 0.3 + 0.7 * (9 <= at(ms).astimezone(NEW_YORK).hour < 19)
            seconds = (ms - before) / SECOND
            before = ms
            transactions += seconds * busy * rng.uniform(2, 6)
            hits += seconds * busy * rng.uniform(300, 700)
            reads += seconds * busy * rng.uniform(0.5, 4)
            values = {
                "connections": round(6 + 14 * busy * rng.random()),
                "active_connections": round(3 * busy * rng.random()),
                "transactions": round(transactions), "blocks_hit": round(hits), "blocks_read": round(reads),
                "deadlocks": 0, "temporary_bytes": 0, "database_bytes": 180_000_000 + (ms - times[0]) // 200,
            }  # fmt: skip
            if node == "replica":
                values["lag_seconds"] = 0 if rng.random() < 0.9 else rng.randrange(1, 4)
            for metric, value in values.items():
                batch.add(SAMPLES, (uuid7(rng, ms), at(ms), node, metric, Decimal(value)))


def _platforms(world: World, batch: Batch) -> None:
    """Probes of each platform every two hours, while leads are delivered to it."""
    rng = world.rng
    for platform in world.platforms:
        plan = platform.plan
        first = max(platform.joined, world.end - DAYS * DAY)
        for ms in range(first // HOUR * HOUR, platform.leaves, 2 * HOUR):
            bad = platform.is_struggling(ms)
            ok = rng.random() >= (0.3 if bad else plan.errors / 2)
            answer = Decimal(round(clamp(plan.latency * (3 if bad else 1) * rng.lognormvariate(0, 0.4), 30, 14_000)))
            error, status = (None, 200) if ok else _CHECK_ERRORS.draw(rng)
            batch.add(CHECKS, (uuid7(rng, ms), at(ms), platform.id, ok, answer if ok else None, status, error))
