"""Visits to the web site: those that became leads, and the many that did not."""

from __future__ import annotations

from aurum_data.rules.geography import Borough
from aurum_data.sample import names
from aurum_data.sample.draws import DAY, SECOND, Weighted, at, delay, local_day, uuid7
from aurum_data.sample.leads import Story
from aurum_data.sample.world import World
from aurum_data.sample.write import Batch, table

VISITS = table(
    "user_sessions",
    "id started_at ended_at visitor_ref lead_ref funnel_step converted pages_viewed engaged_seconds landing_page "
    "referrer_domain utm_source utm_medium utm_campaign utm_term utm_content device_type browser operating_system "
    "country region city zip_code",
)
KEPT_DAYS = 365  # retention of user_sessions, rules/privacy.py
OTHERS_PER_LEAD = 0.4  # visits without a lead, for each visit with one

_DEVICES = Weighted(
    {
        ("mobile", "Safari", "iOS"): 0.38,
        ("mobile", "Chrome", "Android"): 0.26,
        ("desktop", "Chrome", "Windows"): 0.17,
        ("desktop", "Safari", "macOS"): 0.09,
        ("desktop", "Edge", "Windows"): 0.05,
        ("tablet", "Safari", "iPadOS"): 0.05,
    }
)
_STEPS = Weighted({"visit": 0.62, "calculator": 0.27, "form_start": 0.11})
_LANDINGS = ("/", "/quote", "/calculator", "/queens-solar", "/staten-island-solar", "/incentives-2026", "/battery")
_REFERRERS = {
    "google": "www.google.com", "facebook": "l.facebook.com", "bing": "www.bing.com", "tiktok": "www.tiktok.com",
    "green-homes": "green-homes.example", "refer-a-neighbor": None,
}  # fmt: skip


class Visits:
    """Makes the visits within the time that visits are kept."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.since = world.end - KEPT_DAYS * DAY

    def of_lead(self, story: Story, batch: Batch) -> None:
        """The visit that led to a lead, an earlier one of the same person, and strangers' visits around it."""
        if story.created < self.since or story.source.plan.channel == "import":
            return
        rng, lead = self.world.rng, story.lead
        visitor = uuid7(rng, story.created)
        engaged = 40 + delay(rng, 150, 0.7)
        begun = story.created - engaged * SECOND
        place = (lead.city, None if story.erased is not None else lead.zip_code)
        touch = (lead.utm_source, lead.utm_medium, lead.utm_campaign, lead.utm_term, lead.utm_content)
        lead_ref = None if story.erased is not None else lead.id
        self._visit(batch, begun, engaged, visitor, lead_ref, "form_submit", touch, place)
        first_touch = lead.first_touch_at
        if story.touches > 1 and first_touch is not None and lead.last_touch_at != first_touch:
            earlier = int(first_touch.timestamp() * 1000)
            if earlier >= self.since:
                first = (lead.first_utm_source, lead.first_utm_medium, lead.first_utm_campaign, None, None)
                self._visit(batch, earlier, engaged // 3 + 5, visitor, None, "calculator", first, place)
        for _ in range(int(OTHERS_PER_LEAD + rng.random())):
            self._stranger(story.created, batch)

    def _stranger(self, around: int, batch: Batch) -> None:
        rng = self.world.rng
        begun = around - rng.randrange(6 * 3600 * SECOND)
        if begun < self.since:
            return
        day = local_day(begun)
        source = self.world.source_on(day)
        campaign = source.campaign_on(rng, day)
        touch = (source.plan.utm_source, source.plan.medium, campaign.name if campaign else None, None, None)
        place = self.world.places.draw(rng)
        city = names.QUEENS_CITIES[place.zip_code[:3]] if place.borough is Borough.QUEENS else place.borough.value
        step = _STEPS.draw(rng)
        self._visit(batch, begun, 4 + delay(rng, 35, 0.9), uuid7(rng, begun), None, step, touch, (city, None))

    def _visit(
        self, batch: Batch, begun: int, engaged: int, visitor: object, lead_ref: object, step: str,
        touch: tuple[str | None, ...], place: tuple[str | None, str | None],
    ) -> None:  # fmt: skip
        rng = self.world.rng
        device, browser, system = _DEVICES.draw(rng)
        pages = {"visit": 1, "calculator": 2, "form_start": 3, "form_submit": 3}[step] + (rng.random() < 0.4)
        ended = min(begun + engaged * SECOND, self.world.end - 1)
        batch.add(
            VISITS,
            (
                uuid7(rng, begun), at(begun), at(ended), visitor, lead_ref, step, step == "form_submit", pages, engaged,
                rng.choice(_LANDINGS), _REFERRERS.get(touch[0] or ""), *touch, device, browser, system, "US", "NY",
                *place,
            ),
        )  # fmt: skip
