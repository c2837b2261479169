"""One lead's record and story, and the figures above the list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM
from aurum_data.actions.lead_bulk import tag_leads, undo
from aurum_data.actions.leads import add_note, assign, change_status
from aurum_data.actions.wordings import record_wording
from aurum_data.clock import now
from aurum_data.database import Database
from aurum_data.errors import NotFound
from aurum_data.models.ai import AiAnalysis, AiConversation, AiModel, LeadConversation, LeadQualityHistory
from aurum_data.models.leads import Lead
from aurum_data.models.privacy import LeadConsent, LeadConsentEvent
from aurum_data.queries import lead_figures, lead_story
from aurum_data.queries.lead_record import get_lead
from aurum_data.queries.lead_story import StoryCursor
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, make_export, make_lead, make_metric, make_platform, make_sale, make_zip


@pytest.fixture
def lead(session: Session) -> Lead:
    """A lead to which something of every kind happened."""
    lead = make_lead(session, first_name="Jane", last_name="Smith")
    model = AiModel(
        model_name="scorer",
        model_version="2.1",
        provider="in-house",
        purpose="lead_scoring",
        input_usd_per_1k_tokens=0,
        output_usd_per_1k_tokens=0,
        released_at=now(),
    )
    session.add(model)
    session.flush()
    talk = AiConversation(lead_id=lead.id, ai_model_id=model.id, channel="sms", started_at=now(), cost_usd=0)
    session.add(talk)
    session.flush()
    session.add_all(
        [
            LeadConversation(
                lead_id=lead.id,
                session_id=talk.id,
                turn=1,
                sender="lead",
                message_type="question",
                content="What does it cost?",
                intent="price",
                sentiment="neutral",
                entities={"monthly_bill": 180},
            ),
            LeadQualityHistory(
                lead_id=lead.id,
                previous_score=40,
                new_score=82,
                previous_quality="basic",
                new_quality="premium",
                factors={"roof": 82},
                reason="After the conversation",
                ai_model_id=model.id,
                model_version="2.1",
            ),
            AiAnalysis(
                lead_id=lead.id,
                analysis_type="lead_score",
                ai_model_id=model.id,
                model_version="2.1",
                score=82,
                confidence=Decimal("0.9"),
                factors={"roof": 82},
                insights=["Large roof"],
                recommendations=["Call within five minutes"],
                cost_usd=0,
                latency_ms=300,
            ),
            LeadConsentEvent(
                lead_id=lead.id, occurred_at=now(), consent_kind="tcpa_express_written", consent_state="given"
            ),
        ]
    )
    session.flush()
    make_sale(session, lead, make_platform(session, platform_name="Harbor Solar"))
    seller = make_actor(session, Role.SALES)
    change_status(session, seller, lead_id=lead.id, version=1, to=LeadStatus.CONTACTED, reason="Called")
    assign(session, seller, lead_id=lead.id, version=2, user_id=seller.user_id)
    add_note(session, seller, lead_id=lead.id, body="Wants a call on Monday")
    return lead


def test_timeline_tells_every_kind_of_event_once(session: Session, lead: Lead) -> None:
    happened = lead_story.timeline(session, lead.id)
    kinds = ["analysis", "consent", "edit", "export", "message", "money", "note", "quality", "status"]
    assert sorted(happened["kind"]) == kinds
    assert happened["occurred_at"].is_monotonic_decreasing


def test_timeline_says_what_who_and_how_much(session: Session, lead: Lead) -> None:
    told = lead_story.timeline(session, lead.id).set_index("kind")
    assert (told.loc["status", "previous"], told.loc["status", "state"]) == ("new", "contacted")
    assert told.loc["note", "body"] == "Wants a call on Monday"
    assert (told.loc["money", "actor"], told.loc["money", "amount_usd"]) == ("Harbor Solar", Decimal("80.00"))
    assert told.loc["message", "details"] == {
        "intent": "price",
        "sentiment": "neutral",
        "entities": {"monthly_bill": 180},
    }
    assert told.loc["edit", "state"] == "leads:assignment:change"


def test_timeline_stops_at_its_limit_with_the_newest(session: Session, lead: Lead) -> None:
    whole = lead_story.timeline(session, lead.id)
    short = lead_story.timeline(session, lead.id, limit=3)
    assert list(short["kind"]) == list(whole["kind"][:3])


def test_timeline_is_turned_by_page_without_gap_or_repetition(session: Session, lead: Lead) -> None:
    whole = list(lead_story.timeline(session, lead.id)["id"])
    turned: list[UUID] = []
    after: StoryCursor | None = None
    for _ in range(len(whole) // 2 + 1):
        page = lead_story.timeline(session, lead.id, after=after, limit=2)
        turned.extend(page["id"])
        after = StoryCursor(page["occurred_at"].iloc[-1], page["id"].iloc[-1])
    assert turned == whole


def test_timeline_shows_the_kinds_asked_for(session: Session, lead: Lead) -> None:
    assert set(lead_story.timeline(session, lead.id, kinds=["note", "money"])["kind"]) == {"note", "money"}


def test_the_story_of_a_survivor_is_that_of_its_family(session: Session, lead: Lead) -> None:
    survivor = make_lead(session)
    session.execute(text("UPDATE leads SET duplicate_of = :to WHERE id = :id"), {"to": survivor.id, "id": lead.id})
    told = lead_story.timeline(session, survivor.id)
    assert set(told["kind"]) >= {"message", "money", "edit", "note"}
    assert set(told["lead_id"]) == {lead.id}
    assert list(lead_story.exports_of(session, survivor.id)["lead_id"]) == [lead.id]


def test_the_story_of_a_duplicate_is_its_own(session: Session, lead: Lead) -> None:
    twin = make_lead(session, duplicate_of=lead.id)
    assert lead_story.timeline(session, twin.id).empty


def test_story_of_another_lead_is_empty(session: Session, lead: Lead) -> None:
    other = make_lead(session)
    assert lead_story.timeline(session, other.id).empty
    assert lead_story.exports_of(session, other.id).empty
    assert lead_story.score_history(session, other.id).empty
    assert lead_story.latest_scoring(session, other.id) is None


def test_deliveries_show_price_answer_and_what_the_ledger_earned(session: Session, lead: Lead) -> None:
    (delivery,) = lead_story.exports_of(session, lead.id).to_dict("records")
    assert (delivery["platform_name"], delivery["status"]) == ("Harbor Solar", "accepted")
    assert delivery["price_usd"] == Decimal("80.00")


def test_deliveries_tell_of_the_attempt_and_of_the_age_of_the_consent(session: Session) -> None:
    at = now()
    lead = make_lead(session, consent_at=at - timedelta(days=2))
    make_export(
        session, lead, make_platform(session), created_at=at, status="failed_retryable", attempt_count=2,
        http_status=503, response_excerpt="busy", next_attempt_at=at + timedelta(minutes=5),
    )  # fmt: skip
    (delivery,) = lead_story.exports_of(session, lead.id).to_dict("records")
    assert (delivery["delivery_method"], delivery["attempt_count"], delivery["http_status"]) == ("api_post", 2, 503)
    assert (delivery["response_excerpt"], delivery["response_ms"]) == ("busy", 400)
    assert delivery["consent_age_seconds"] == pytest.approx(2 * 86_400)
    assert delivery["next_attempt_at"] > at


def test_a_delivery_before_any_consent_has_no_age_of_one(session: Session) -> None:
    lead = make_lead(session, consent_at=now() + timedelta(days=1))
    make_export(session, lead, make_platform(session))
    assert lead_story.exports_of(session, lead.id)["consent_age_seconds"].isna().all()


def test_consents_come_with_the_newest_proof_and_those_of_duplicates(session: Session) -> None:
    survivor = make_lead(session)
    twin = make_lead(session, duplicate_of=survivor.id)
    at = now()
    for lead, kind in ((survivor, "sms_marketing"), (twin, "tcpa_express_written")):
        session.add(LeadConsent(lead_id=lead.id, consent_kind=kind, consent_state="given", given_at=at))
    for days, wording in ((2, "old"), (1, "new")):
        session.add(
            LeadConsentEvent(
                lead_id=survivor.id,
                occurred_at=at - timedelta(days=days),
                consent_kind="sms_marketing",
                consent_state="given",
                wording_version=wording,
                page_url="https://example.com/solar",
            )
        )
    session.add(
        LeadConsentEvent(lead_id=survivor.id, occurred_at=at, consent_kind="sms_marketing", consent_state="withdrawn")
    )
    session.flush()
    told = lead_story.consents_of(session, survivor.id)
    assert list(told["lead_id"]) == [survivor.id, twin.id]
    assert list(told["wording_version"].fillna("")) == ["new", ""]
    assert list(told["has_ip"].fillna(False)) == [False, False]
    assert list(lead_story.consents_of(session, twin.id)["consent_kind"]) == ["tcpa_express_written"]


def make_consent(session: Session, lead: Lead, **event: Any) -> None:
    """A consent to calls that was given two days ago, with its event."""
    given = {"consent_kind": "tcpa_express_written", "consent_state": "given"}
    at = now() - timedelta(days=2)
    session.add(LeadConsent(lead_id=lead.id, given_at=at, **given))
    session.add(LeadConsentEvent(lead_id=lead.id, occurred_at=at, **given, **event))
    session.flush()


def test_a_consent_comes_with_the_text_of_its_wording(session: Session) -> None:
    lead = make_lead(session)
    make_consent(session, lead, wording_version="2026-03")
    record_wording(
        session, SYSTEM, version="2026-03", wording="I agree.", language="es", shown_from=date(2026, 3, 1),
        shown_until=date(2026, 9, 30),
    )  # fmt: skip
    (told,) = lead_story.consents_of(session, lead.id).to_dict("records")
    assert (told["wording"], told["language"]) == ("I agree.", "es")
    assert (told["shown_from"], told["shown_until"]) == (date(2026, 3, 1), date(2026, 9, 30))


def test_a_wording_that_is_not_on_file_is_named_without_a_text(session: Session) -> None:
    lead = make_lead(session)
    make_consent(session, lead, wording_version="2019-01")
    (told,) = lead_story.consents_of(session, lead.id).to_dict("records")
    assert (told["wording_version"], told["wording"]) == ("2019-01", None)


def test_a_consent_tells_until_when_its_certificate_is_claimed(session: Session) -> None:
    lead, until = make_lead(session), now() + timedelta(days=1000)
    make_consent(session, lead, certificate_claimed_until=until)
    assert list(lead_story.consents_of(session, lead.id)["certificate_claimed_until"]) == [until]


def test_a_consent_tells_how_old_it_was_at_the_newest_delivery(session: Session) -> None:
    lead, at = make_lead(session), now()
    make_consent(session, lead)
    assert lead_story.consents_of(session, lead.id)["age_at_delivery_seconds"].isna().all()
    for hours in (30, 24):
        make_export(session, lead, make_platform(session), created_at=at - timedelta(hours=hours))
    (age,) = lead_story.consents_of(session, lead.id)["age_at_delivery_seconds"]
    assert age == pytest.approx(86_400, abs=60)


def test_latest_scoring_names_its_model_and_advice(session: Session, lead: Lead) -> None:
    scoring = lead_story.latest_scoring(session, lead.id)
    assert scoring is not None
    assert (scoring["model_name"], scoring["recommendations"]) == ("scorer", ["Call within five minutes"])


def test_record_names_what_the_lead_points_to(session: Session) -> None:
    make_zip(session, "11215", neighborhood="Park Slope")
    seller = make_actor(session, Role.SALES)
    lead = make_lead(session, assigned_to=seller.user_id)
    record = get_lead(session, lead.id)
    assert (record.neighborhood, record.assigned_name) == ("Park Slope", seller.full_name)


def test_record_of_an_unknown_id_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        get_lead(session, uuid4())


def test_reader_of_the_replica_may_read_the_whole_story(db: Database) -> None:
    with db.write(SYSTEM) as session:
        lead_id: UUID = make_lead(session).id
    for read in (
        get_lead,
        lead_story.timeline,
        lead_story.exports_of,
        lead_story.consents_of,
        lead_story.score_history,
    ):
        with db.read(SYSTEM) as session:
            read(session, lead_id)
    with db.read(SYSTEM) as session:
        assert lead_story.latest_scoring(session, lead_id) is None
        lead_figures.offered(session)
        lead_figures.work_waiting(session, user_id=None, until=now())


def test_figures_have_a_row_for_every_day(session: Session) -> None:
    make_metric(session, date(2026, 3, 2), total_leads=5, qualified_leads=2, sold_leads=1)
    days = lead_figures.funnel_days(session, last=date(2026, 3, 3), days=3)
    assert list(days["date"]) == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
    assert list(days["total_leads"]) == [0, 5, 0]


def test_figures_leave_out_single_platforms_and_longer_periods(session: Session) -> None:
    day = date(2026, 3, 2)
    make_metric(session, day, total_leads=5)
    make_metric(session, day, make_platform(session), total_leads=3)
    make_metric(session, day, period_type="weekly", total_leads=30)
    days = lead_figures.funnel_days(session, last=day, days=1)
    assert list(days["total_leads"]) == [5]


def test_waiting_counts_what_a_person_has_to_do(session: Session) -> None:
    seller = make_actor(session, Role.SALES)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    make_lead(session, created_at=long_ago)
    make_lead(session, is_active=False)
    make_lead(session, status="contacted", assigned_to=seller.user_id, next_callback_at=now())
    make_lead(session, status="expired", assigned_to=seller.user_id, has_export_error=True)
    until = now() + timedelta(hours=1)
    waiting = lead_figures.work_waiting(session, user_id=seller.user_id, until=until)
    assert waiting == lead_figures.Waiting(new=1, oldest_new=long_ago, mine=1, callbacks=1, errors=1)


def test_only_people_who_may_work_on_leads_are_offered(session: Session) -> None:
    seller, analyst = make_actor(session, Role.SALES), make_actor(session, Role.ANALYST)
    session.execute(text("SELECT 1"))
    people = lead_figures.offered(session).people
    assert seller.user_id in people
    assert analyst.user_id not in people


def test_people_of_one_name_are_told_apart(session: Session) -> None:
    one, other = make_actor(session, Role.SALES), make_actor(session, Role.SALES)
    ops = make_actor(session, Role.OPS)
    people = lead_figures.offered(session).people
    assert people[one.user_id] == f"A sales ({one.username})"
    assert people[other.user_id] == f"A sales ({other.username})"
    assert people[ops.user_id] == "A ops"


def test_a_change_of_many_leads_is_in_the_timeline_of_each(session: Session):
    ops, lead = make_actor(session, Role.OPS), make_lead(session)
    done = tag_leads(session, ops, leads=[(lead.id, lead.version)], tag="Spring Fair")
    undo(session, ops, operation_id=done)
    told = lead_story.timeline(session, lead.id, kinds=["edit"])
    assert list(told["state"]) == ["leads:bulk:undo", "leads:bulk:tag"]
    assert set(told["actor"]) == {ops.full_name}
