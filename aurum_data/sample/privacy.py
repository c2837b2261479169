"""Consent of leads with its events, and the suppression of people who said no."""

from __future__ import annotations

import json
from datetime import timedelta

from aurum_data.sample.audit import audit
from aurum_data.sample.draws import DAY, HOUR, Weighted, at, day_ms, uuid7
from aurum_data.sample.leads import WORDINGS, Story
from aurum_data.sample.phrases import DATA
from aurum_data.sample.world import Erasure, World
from aurum_data.sample.write import Batch, table

CONSENTS = table("lead_consents", "lead_id id consent_kind consent_state given_at withdrawn_at expires_at updated_at")
EVENTS = table(
    "lead_consent_events",
    "lead_id id occurred_at consent_kind consent_state channel certificate_provider certificate_url wording_version "
    "page_url ip user_agent certificate_claimed_until recorded_by",
)
WORDINGS_ON_FILE = table(
    "consent_wordings", "id version wording language shown_from shown_until recorded_by recorded_at"
)
SUPPRESSED = table("suppression_list", "id contact_kind contact_hash key_version reason created_at")
TCPA = "tcpa_express_written"
_CHANNELS = Weighted(
    {"sms_stop": 0.52, "phone": 0.18, "email_unsubscribe": 0.14, "web_form": 0.12, "third_party": 0.04}
)
_EMAIL_TOO = 0.10  # of the people also agree to marketing by email
_CLAIMED_FOR = 5 * 365 * DAY  # certificates of our own forms; those of partners are not ours to claim


def consents(world: World, story: Story, batch: Batch) -> None:
    """The consent to be contacted, with the events that led to its state; for some also the one for email."""
    rng, lead = world.rng, story.lead
    given = lead.consent_wording_version is not None
    first = "given" if given else "unproven"
    evidence = (
        lead.consent_certificate_provider, lead.consent_certificate_url, lead.consent_wording_version,
        lead.consent_page_url, lead.consent_ip, lead.consent_user_agent,
    )  # fmt: skip
    claimed = None
    if lead.consent_certificate_url is not None and story.source.plan.channel not in {"import", "partner"}:
        claimed = at(story.created + _CLAIMED_FOR)
    nothing = (None,) * (len(evidence) + 1)
    kinds = [TCPA, "email_marketing"] if given and rng.random() < _EMAIL_TOO else [TCPA]
    for kind in kinds:
        ends = story.stops if story.stops is not None else story.expires if kind == TCPA else None
        state, withdrawn = first, None
        batch.add(
            EVENTS,
            (lead.id, uuid7(rng, story.created), at(story.created), kind, first, None, *evidence, claimed, "system"),
        )
        if story.stops is not None:
            state, withdrawn = "withdrawn", at(story.stops)
            channel = _CHANNELS.draw(rng) if story.erased is None else "web_form"
            row = (lead.id, uuid7(rng, story.stops), at(story.stops), kind, state, channel, *nothing, "system")
            batch.add(EVENTS, row)
        elif kind == TCPA and lead.consent_state == "expired" and story.expires is not None:
            state = "expired"
            expired = (lead.id, uuid7(rng, story.expires), at(story.expires), kind, state, None, *nothing, "system")
            batch.add(EVENTS, expired)
        updated = ends if ends is not None and ends < world.end else story.created
        expires = at(story.expires) if kind == TCPA and story.expires is not None else None
        batch.add(
            CONSENTS,
            (
                lead.id, uuid7(rng, story.created), kind, state, at(story.created) if given else None, withdrawn,
                expires, at(updated),
            ),
        )  # fmt: skip
    if story.stops is not None:
        _suppress(world, story, batch, both=story.erased is not None or len(kinds) > 1)


def _suppress(world: World, story: Story, batch: Batch, *, both: bool) -> None:
    """Keep hashes of the contact of a person who must not be contacted again."""
    rng, keys = world.rng, world.keyring
    stops = story.stops or story.created
    contacts = {"phone": story.phone, "email": story.email}
    hashes = {kind: keys.digest(kind, contact) for kind, contact in contacts.items()}
    reason = "erasure" if story.erased is not None else "opt_out"
    for kind, contact_hash in hashes.items():
        if kind == "phone" or both:
            row_id = uuid7(rng, stops)
            batch.add(SUPPRESSED, (row_id, kind, contact_hash, keys.current_hashing, reason, at(stops)))
    if story.erased is not None:
        erasure = Erasure(story.lead.id, stops, story.erased, hashes["phone"], hashes["email"])
        world.erasures.append(erasure)


def write_wordings(world: World, batch: Batch) -> None:
    """The text of each version that leads name, recorded on the morning of the day that it was first shown."""
    texts: dict[str, str] = json.loads((DATA / "wordings.json").read_text(encoding="utf-8"))
    begins = [world.month(months) for months, _ in WORDINGS]
    ends = [day - timedelta(days=1) for day in begins[1:]]
    for (_, version), first, last in zip(WORDINGS, begins, [*ends, None], strict=True):
        recorded, carl = day_ms(first) + 7 * HOUR, world.people["carl"]
        row_id = uuid7(world.rng, recorded)
        batch.add(WORDINGS_ON_FILE, (row_id, version, texts[version], "en", first, last, carl, at(recorded)))
        said = {"version": version, "language": "en", "shown_from": first.isoformat(), "shown_until": None}
        audit(world, batch, recorded, "carl", "privacy:wording:record", "consent_wording", row_id, **said)
        if last is not None:
            ended = {"version": version, "before": None, "after": last.isoformat()}
            audit(world, batch, day_ms(last), "carl", "privacy:wording:end", "consent_wording", row_id, **ended)
