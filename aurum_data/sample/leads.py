"""Leads as they arrive: who, which home, what bill, from where, with what consent."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address
from operator import attrgetter
from random import Random
from uuid import UUID

from aurum_data.rules.addresses import address_key
from aurum_data.rules.contact import masked_email, masked_phone
from aurum_data.sample import homes, names
from aurum_data.sample.acquisition import Source
from aurum_data.sample.draws import DAY, MINUTE, SECOND, Weighted, at, delay, local_day, uuid7
from aurum_data.sample.world import World
from aurum_data.sample.write import Row, Table
from aurum_data.security.fields import SealedField

_COMMUNITY = Weighted({community: community.weight for community in names.COMMUNITIES})
_DOMAIN = Weighted({"example.com": 0.6, "example.org": 0.2, "example.net": 0.2})
_DEVICE = Weighted(
    {
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 Safari/604.1": 0.40,
        "Mozilla/5.0 (Linux; Android 15) Chrome/139.0 Mobile Safari/537.36": 0.27,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139.0 Safari/537.36": 0.20,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15": 0.13,
    }
)
_TERMS = (
    "solar panels cost",
    "solar quote queens",
    "con edison solar",
    "solar installers near me",
    "rooftop solar nyc",
)
WORDINGS = ((0, "2024-05"), (10, "2025-03"), (20, "2026-01"))  # months from the start
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")  # reserved for documentation, RFC 5737
_PERSONAL = (
    "first_name", "last_name", "property_address", "house_number", "street_name", "unit", "bbl", "address_key",
    "consent_ip", "consent_user_agent", "gclid", "fbclid", "msclkid", "ttclid",
)  # fmt: skip
# What a second coming has in common with the first.
_SAME_HOME = (
    "zip_code", "borough", "utility", "city", "house_number", "street_name", "property_address", "unit", "bbl",
    "property_type", "ownership", "roof_type", "roof_area_m2", "roof_age_years", "last_name", "preferred_language",
    "rate_plan", "electric_rate_usd_kwh", "shading", "system_kw", "annual_kwh", "annual_production_kwh",
    "monthly_bill_usd", "solar_score",
)  # fmt: skip
DUPLICATES = 0.02
UNNOTICED = 0.08  # of those who come again: under another phone, their email corrected only later
REMEMBERED = 4_000  # recent leads that a duplicate may repeat


@dataclass(slots=True)
class Lead:
    """A row of `leads`, in the order of writing."""

    id: UUID
    created_at: datetime
    zip_code: str
    borough: str
    utility: str
    updated_at: datetime
    last_activity_at: datetime
    version: int = 1
    is_active: bool = True
    deleted_at: datetime | None = None
    erased_at: datetime | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_encrypted: bytes | None = None
    phone_hash: bytes | None = None
    phone_masked: str | None = None
    email_encrypted: bytes | None = None
    email_hash: bytes | None = None
    email_masked: str | None = None
    preferred_language: str = "en"
    do_not_call: bool = False
    property_address: str | None = None
    house_number: str | None = None
    street_name: str | None = None
    unit: str | None = None
    city: str | None = None
    address_key: str | None = None
    bbl: str | None = None
    property_type: str | None = None
    ownership: str | None = None
    roof_type: str | None = None
    roof_area_m2: Decimal | None = None
    roof_age_years: int | None = None
    rate_plan: str | None = None
    electric_rate_usd_kwh: Decimal | None = None
    monthly_bill_usd: Decimal | None = None
    annual_kwh: int | None = None
    system_kw: Decimal | None = None
    annual_production_kwh: int | None = None
    shading: str | None = None
    solar_score: Decimal | None = None
    incentives: list[str] = field(default_factory=list)
    status: str = "new"
    lead_quality: str = "unqualified"
    lead_score: int = 0
    ai_analysis_id: UUID | None = None
    conversation_count: int = 0
    export_count: int = 0
    has_export_error: bool = False
    total_revenue_earned: Decimal = Decimal(0)
    duplicate_of: UUID | None = None
    assigned_to: UUID | None = None
    tags: list[str] = field(default_factory=list)
    next_callback_at: datetime | None = None
    first_contacted_at: datetime | None = None
    qualified_at: datetime | None = None
    sold_at: datetime | None = None
    consent_state: str = "unproven"
    sellable: bool = False
    consent_certificate_provider: str | None = None
    consent_certificate_url: str | None = None
    consent_wording_version: str | None = None
    consent_page_url: str | None = None
    consent_ip: IPv4Address | None = None
    consent_user_agent: str | None = None
    consent_at: datetime | None = None
    source_id: UUID | None = None
    campaign_id: UUID | None = None
    import_batch_id: UUID | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    last_touch_at: datetime | None = None
    first_utm_source: str | None = None
    first_utm_medium: str | None = None
    first_utm_campaign: str | None = None
    first_utm_term: str | None = None
    first_utm_content: str | None = None
    first_touch_at: datetime | None = None
    gclid: str | None = None
    fbclid: str | None = None
    msclkid: str | None = None
    ttclid: str | None = None


@lru_cache(maxsize=1000)
def _address(network: str, host: int) -> IPv4Address:
    return IPv4Address(f"{network}.{host}")


LEADS = Table("leads", tuple(f.name for f in fields(Lead)))
_row_of = attrgetter(*LEADS.columns)


@dataclass(slots=True)
class Story:
    """A lead with what the sample knows of it beyond its row. Times in ms; `stops` ends all dealings with it."""

    lead: Lead
    created: int
    day: date
    source: Source
    phone: str
    email: str
    bill: int
    interest: float
    luck: float  # 0 good to 1 bad: decides, with the interest, how far the lead gets
    potential: float
    invalid: bool = False
    touches: int = 1
    stops: int | None = None
    erased: int | None = None
    expires: int | None = None
    money: int = 0
    last: int = 0
    alike: Story | None = None  # an earlier lead of the same person that it is not linked to
    incentive_cents: dict[str, int] = field(default_factory=dict)

    def note(self, ms: int) -> None:
        """Remember that something happened to the lead."""
        self.last = max(self.last, ms)

    def row(self) -> Row:
        """The finished row."""
        lead = self.lead
        lead.last_activity_at = lead.updated_at = at(max(self.last, self.created))
        lead.total_revenue_earned = Decimal(self.money).scaleb(-2)
        row: Row = _row_of(lead)
        return row


def arrive(world: World, index: int, created: int, recent: list[Story]) -> Story:
    """The lead that comes as number `index`; `recent` are earlier ones, which a duplicate repeats."""
    rng = world.rng
    day = local_day(created)
    source = world.source_on(day)
    import_id = None
    if source.plan.channel == "import":
        import_id, created = world.next_of_import(day, created)
    place = world.places.draw(rng)
    moment = at(created)
    lead = Lead(uuid7(rng, created), moment, place.zip_code, place.borough.value, place.utility.value, moment, moment)
    interest = min(1.0, max(0.0, rng.gauss(0.52 + source.plan.quality, 0.24)))
    lead.import_batch_id = import_id
    story = Story(lead, created, day, source, names.phone_number(index), "", 0, interest, rng.random(), place.potential)
    story.invalid = rng.random() < source.plan.invalid
    _name(rng, story, index)
    homes.describe(world, story, place)
    if recent and rng.random() < DUPLICATES:
        _repeat(world, story, rng.choice(recent))
    lead.address_key = address_key(lead.property_address or "", lead.unit or "", lead.zip_code) or None
    _attribution(world, story)
    _consent(world, story)
    _seal(world, story)
    return story


def remember(rng: Random, recent: list[Story], story: Story) -> None:
    """Keep a lead among those that may come again."""
    if story.lead.duplicate_of is not None or story.invalid or story.erased is not None:
        return
    if len(recent) < REMEMBERED:
        recent.append(story)
    else:
        recent[rng.randrange(REMEMBERED)] = story


def _name(rng: Random, story: Story, index: int) -> None:
    community = _COMMUNITY.draw(rng)
    lead = story.lead
    lead.first_name, lead.last_name = rng.choice(community.first), rng.choice(community.last)
    if rng.random() < community.spanish:
        lead.preferred_language = "es"
    story.email = f"{_letters(lead.first_name)}.{_letters(lead.last_name)}{index}@{_DOMAIN.draw(rng)}"


@lru_cache(maxsize=1000)
def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalpha())


def _repeat(world: World, story: Story, earlier: Story) -> None:
    """Make the lead a second coming of an earlier one: the same phone and home, the name as typed today."""
    rng, lead, original = world.rng, story.lead, earlier.lead
    if rng.random() < UNNOTICED and earlier.stops is None:
        story.alike, story.email = earlier, earlier.email
        lead.first_name, lead.last_name = original.first_name, original.last_name
        return
    story.phone, lead.duplicate_of, story.invalid = earlier.phone, original.id, False
    if rng.random() < 0.7:
        story.email = earlier.email
    for name in _SAME_HOME:
        setattr(lead, name, getattr(original, name))
    story.bill, story.potential = earlier.bill, earlier.potential
    homes.find_incentives(world, story)
    first = original.first_name or ""
    lead.first_name = f"{first[0]}." if rng.random() < 0.2 else first


def _attribution(world: World, story: Story) -> None:
    rng, lead, plan = world.rng, story.lead, story.source.plan
    lead.source_id = story.source.id
    if plan.channel == "import":
        return
    campaign = story.source.campaign_on(rng, story.day)
    lead.campaign_id = campaign.id if campaign else None
    lead.utm_source, lead.utm_medium = plan.utm_source, plan.medium
    lead.utm_campaign = campaign.name if campaign else None
    if plan.channel == "paid_search":
        lead.utm_term = rng.choice(_TERMS)
    if campaign:
        lead.utm_content = f"ad-{rng.randrange(1, 7)}"
    if plan.click_id:
        setattr(lead, plan.click_id, f"{rng.getrandbits(128):032x}")
    lead.last_touch_at = at(story.created - rng.randrange(40 * SECOND, 14 * MINUTE))
    story.touches = 1 + (rng.random() < 0.3) + (rng.random() < 0.1)
    first = story.source if story.touches == 1 else world.source_on(story.day)
    if first.plan.utm_source is None:
        first = story.source
    lead.first_utm_source, lead.first_utm_medium = first.plan.utm_source, first.plan.medium
    same = first is story.source
    lead.first_utm_campaign = lead.utm_campaign if same else None
    lead.first_utm_term = lead.utm_term if same else None
    lead.first_utm_content = lead.utm_content if same else None
    earlier = delay(rng, 3 * DAY, 0.9) if story.touches > 1 else 0
    lead.first_touch_at = at(story.created - 15 * MINUTE - earlier) if earlier else lead.last_touch_at


def _consent(world: World, story: Story) -> None:
    """The consent given with the form, its evidence, and whether and when it ends."""
    rng, lead, created = world.rng, story.lead, story.created
    web = story.source.plan.channel != "import"
    proven = rng.random() < (0.965 if web else 0.80)
    lead.consent_at = at(created)
    if proven:
        lead.consent_state = "given"
        lead.consent_wording_version = next(
            word for months, word in reversed(WORDINGS) if story.day >= world.month(months)
        )
        lead.consent_page_url = "https://www.aurumsolar.example/quote" if web else "https://partners.aurumsolar.example"
        lead.consent_ip = _address(rng.choice(_NETWORKS), rng.randrange(1, 255))
        lead.consent_user_agent = _DEVICE.draw(rng)
        if rng.random() < 0.74:
            lead.consent_certificate_provider = "trustedform"
            lead.consent_certificate_url = f"https://cert.trustedform.com/{rng.getrandbits(160):040x}"
    if story.source.plan.channel == "partner":
        story.expires = created + 540 * DAY
    draw = rng.random() if lead.duplicate_of is None else 1.0
    if draw < 0.022:
        story.stops = created + delay(rng, 9 * DAY, 1.3)
    elif draw < 0.024 and not story.invalid:
        asked = created + delay(rng, 60 * DAY, 0.8)
        story.stops, story.erased = asked, asked + rng.randrange(4 * DAY, 24 * DAY)
    if story.stops is not None and (story.erased or story.stops) >= world.end:
        story.stops = story.erased = None
    if story.stops is not None:
        lead.consent_state = "withdrawn"
    elif proven and story.expires is not None and story.expires < world.end:
        lead.consent_state = "expired"
    else:
        story.expires = story.expires if proven else None
    lead.sellable = lead.consent_state == "given" and lead.duplicate_of is None


def _seal(world: World, story: Story) -> None:
    """Encrypt phone and email, or forget what an erasure has removed."""
    lead, keys = story.lead, world.keyring
    if story.erased is not None:
        for name in _PERSONAL:
            setattr(lead, name, None)
        lead.erased_at = lead.deleted_at = at(story.erased)
        lead.is_active = False
        return
    lead.phone_encrypted = keys.seal(SealedField.LEAD_PHONE, lead.id, story.phone)
    lead.phone_hash = keys.digest("phone", story.phone)
    lead.phone_masked = masked_phone(story.phone)
    lead.email_encrypted = keys.seal(SealedField.LEAD_EMAIL, lead.id, story.email)
    lead.email_hash = keys.digest("email", story.email)
    lead.email_masked = masked_email(story.email)
