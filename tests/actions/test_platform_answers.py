"""What platforms answer: taken, refused, handed back; once, in their window, and with the ledger in step."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions.core import SYSTEM, Actor
from aurum_data.actions.platform_answers import Answered, record_returned
from aurum_data.clock import business_day, day_start, now, today
from aurum_data.database import Database
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.models.leads import Lead
from aurum_data.models.platforms import B2bPlatform, LeadExport
from aurum_data.rules.identity import Permission
from aurum_data.rules.platforms import ExportStatus, RejectionReason, ReturnReason
from tests.actions.answering import YESTERDAY, accept, give_back, one, reject, send, sold, state
from tests.factories import machine_of, make_key, make_lead, make_platform
from tests.sample.test_consistency import BROKEN

# The rules of the sample data that answers must not break.
HELD = [
    "revenue of a lead is the sum of its ledger",
    "export count of a lead is its exports",
    "export error of a lead is that of its latest export",
    "commission of an export is its sale in the ledger",
    "a sale is at the price of the export",
    "an amount is the gross times the commission rate",
    "a return takes back its whole sale, later",
    "a lead at a platform earns its ledger",
    "a lead at a platform came by an accepted export",
    "a platform's id leads to its lead",
    "a sold lead has a sale that stands",
    "a returned lead has no sale that stands",
    "sold_at is the first sale",
    "the status history ends with the status",
    "each status follows the one before",
    "returns are asked for within the window",
    "an exclusive lead has one buyer",
    "an export is answered after it is sent",
]


@pytest.fixture
def session(session: Session) -> Iterator[Session]:
    """The transaction of a test, after which every row still fits every other."""
    yield session
    session.flush()
    broken = [rule for rule in HELD if session.scalar(text(f"SELECT count(*) FROM ({BROKEN[rule]}) AS broken"))]
    assert broken == []


@pytest.fixture
def platform(session: Session) -> B2bPlatform:
    return make_platform(session, commission_rate=Decimal("0.35"), return_window_hours=72)


@pytest.fixture
def lead(session: Session) -> Lead:
    return make_lead(session, status="new", lead_quality="standard", created_at=now() - 3 * YESTERDAY)


@pytest.fixture
def export(session: Session, lead: Lead, platform: B2bPlatform) -> LeadExport:
    """A delivery of yesterday, at $81.50, that waits for its answer."""
    return send(session, lead, platform)


class TestAccepted:
    def test_the_lead_is_sold_and_its_commission_earned(self, session: Session, lead: Lead, export: LeadExport) -> None:
        answer = accept(session, export, quality_score=Decimal("71.5"))
        assert answer == Answered(lead.id, export.id, ExportStatus.ACCEPTED, Decimal("28.53"))
        assert state(session, lead) == ("sold", Decimal("28.53"))
        assert one(session, "SELECT transaction_type, gross_usd, amount_usd FROM b2b_revenue_transactions") == (
            "sale", Decimal("81.50"), Decimal("28.53"),
        )  # fmt: skip
        mapping = one(
            session,
            "SELECT status, lead_quality, platform_quality_score, price_usd, revenue_usd FROM b2b_lead_mappings",
        )
        assert mapping == ("accepted", "standard", Decimal("71.50"), Decimal("81.50"), Decimal("28.53"))

    def test_told_again_nothing_is_earned_twice(self, session: Session, lead: Lead, export: LeadExport) -> None:
        accept(session, export)
        again = accept(session, export)
        assert again == Answered(lead.id, export.id, ExportStatus.ACCEPTED, repeated=True)
        assert state(session, lead) == ("sold", Decimal("28.53"))
        assert one(session, "SELECT count(*) FROM audit_log") == (1,)

    def test_told_twice_at_once_it_is_one_sale(self, db: Database) -> None:
        with db.write(None) as session:
            lead = make_lead(session)
            export = send(session, lead, make_platform(session))

        def once(_: int) -> Answered:
            with db.write(None) as session:
                return accept(session, export)

        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(once, range(12)))
        assert sorted(answer.repeated for answer in answers) == [False] + [True] * 11
        with db.read_primary() as session:
            assert one(session, "SELECT count(*) FROM b2b_revenue_transactions") == (1,)

    @pytest.mark.parametrize("status", ["failed_retryable", "failed_permanent", "timed_out"])
    def test_a_late_answer_counts_and_the_error_is_gone(
        self, session: Session, lead: Lead, platform: B2bPlatform, status: str
    ) -> None:
        late = send(session, lead, platform, status=status, error_code="timeout", next_attempt_at=now())
        session.execute(text("UPDATE leads SET has_export_error = true"))
        accept(session, late)
        row = one(session, "SELECT status, error_code, next_attempt_at FROM lead_exports WHERE id = :id", id=late.id)
        assert row == ("accepted", None, None)
        assert one(session, "SELECT has_export_error FROM leads WHERE id = :id", id=lead.id) == (False,)

    @pytest.mark.parametrize("status", ["queued", "cancelled"])
    def test_what_was_never_sent_is_not_taken(
        self, session: Session, lead: Lead, platform: B2bPlatform, status: str
    ) -> None:
        unsent = send(session, lead, platform, status=status, sent_at=None)
        with pytest.raises(Conflict, match="not sent"):
            accept(session, unsent)

    def test_what_was_refused_is_not_taken(self, session: Session, export: LeadExport) -> None:
        reject(session, export)
        with pytest.raises(Conflict, match="rejected"):
            accept(session, export)

    def test_under_another_id_it_is_not_taken_again(self, session: Session, export: LeadExport) -> None:
        accept(session, export, "SUN-1")
        with pytest.raises(Conflict, match="accepted"):
            accept(session, export, "SUN-2")

    def test_the_price_is_the_one_agreed_on(self, session: Session, export: LeadExport) -> None:
        with pytest.raises(Conflict, match=r"\$81.50 was agreed"):
            accept(session, export, price_usd=Decimal(80))
        assert not accept(session, export, price_usd=Decimal("81.5")).repeated

    def test_without_an_agreed_price_there_is_no_sale(
        self, session: Session, lead: Lead, platform: B2bPlatform
    ) -> None:
        with pytest.raises(Conflict, match="no price"):
            accept(session, send(session, lead, platform, price_usd=None), price_usd=Decimal(80))

    def test_a_platforms_id_names_one_lead(self, session: Session, platform: B2bPlatform, export: LeadExport) -> None:
        accept(session, export)
        with pytest.raises(Conflict, match="another lead"):
            accept(session, send(session, make_lead(session), platform))

    def test_a_lead_is_taken_once_by_a_platform(
        self, session: Session, lead: Lead, platform: B2bPlatform, export: LeadExport
    ) -> None:
        accept(session, export)
        with pytest.raises(Conflict, match="took this lead before"):
            accept(session, send(session, lead, platform), "SUN-2")

    @pytest.mark.parametrize(("first", "second"), [(True, False), (False, True)])
    def test_an_exclusive_lead_has_one_buyer(
        self, session: Session, lead: Lead, platform: B2bPlatform, first: bool, second: bool
    ) -> None:
        accept(session, send(session, lead, platform, exclusive=first))
        with pytest.raises(Conflict, match="another buyer"):
            accept(session, send(session, lead, make_platform(session), exclusive=second))

    @pytest.mark.parametrize("late", [1, 4])
    def test_a_late_answer_finds_the_lead_sold_to_as_many_as_may_share_it(
        self, session: Session, lead: Lead, late: int
    ) -> None:
        sold(session, lead, make_platform(session, max_buyers=4 if late == 1 else 1))
        answered = send(session, lead, make_platform(session, max_buyers=late), status="timed_out")
        with pytest.raises(Conflict, match="sold to 1 buyer meanwhile, and no more than 1 may share it"):
            accept(session, answered, "SUN-2")

    def test_a_buyer_that_returned_the_lead_is_none_of_those_who_share_it(self, session: Session, lead: Lead) -> None:
        give_back(session, sold(session, lead, make_platform(session)))
        accept(session, send(session, lead, make_platform(session, max_buyers=1)), "SUN-2")

    def test_a_shared_lead_is_sold_to_several(self, session: Session, lead: Lead, platform: B2bPlatform) -> None:
        accept(session, send(session, lead, platform))
        accept(session, send(session, lead, make_platform(session)))
        assert state(session, lead) == ("sold", Decimal("110.03"))

    def test_an_erased_lead_stays_erased_and_its_money_counts(
        self, session: Session, lead: Lead, export: LeadExport
    ) -> None:
        session.execute(text("UPDATE leads SET status = 'erased'"))
        session.execute(
            text(
                "INSERT INTO lead_status_history (lead_id, from_status, to_status, actor_name)"
                " VALUES (:id, 'new', 'erased', 'system')"
            ),
            {"id": lead.id},
        )
        accept(session, export)
        assert state(session, lead) == ("erased", Decimal("28.53"))

    @pytest.mark.parametrize("their_id", ["", " ", "x" * 101, "a\x00b"])
    def test_what_is_no_id_is_refused(self, session: Session, export: LeadExport, their_id: str) -> None:
        with pytest.raises(Invalid):
            accept(session, export, their_id)

    def test_its_days_are_rolled_up_again(self, session: Session, export: LeadExport) -> None:
        accept(session, export)
        days = set(session.scalars(text("SELECT date FROM rollup_changes")))
        assert days == {today(), business_day(export.created_at)}


class TestRejected:
    def test_the_reason_is_kept_and_the_lead_stays_what_it_was(
        self, session: Session, lead: Lead, export: LeadExport
    ) -> None:
        answer = reject(session, export)
        assert answer == Answered(lead.id, export.id, ExportStatus.REJECTED)
        row = one(session, "SELECT status, rejection_reason, answered_at IS NOT NULL FROM lead_exports")
        assert row == ("rejected", "duplicate", True)
        assert state(session, lead) == ("new", Decimal(0))

    def test_told_again_it_changes_nothing(self, session: Session, export: LeadExport) -> None:
        reject(session, export)
        assert reject(session, export).repeated
        assert one(session, "SELECT count(*) FROM audit_log") == (1,)

    def test_another_reason_comes_too_late(self, session: Session, export: LeadExport) -> None:
        reject(session, export)
        with pytest.raises(Conflict):
            reject(session, export, RejectionReason.DNC)

    def test_a_sold_lead_is_returned_and_not_rejected(self, session: Session, export: LeadExport) -> None:
        accept(session, export)
        with pytest.raises(Conflict, match="accepted"):
            reject(session, export)


class TestReturned:
    def test_the_sale_is_offset_and_the_lead_returned(
        self, session: Session, lead: Lead, platform: B2bPlatform
    ) -> None:
        export = sold(session, lead, platform)
        answer = give_back(session, export)
        assert answer == Answered(lead.id, export.id, ExportStatus.RETURNED, Decimal("-28.00"))
        assert state(session, lead) == ("returned", Decimal("0.00"))
        assert one(session, "SELECT sum(gross_usd), sum(amount_usd), count(*) FROM b2b_revenue_transactions") == (
            0, 0, 2,
        )  # fmt: skip
        mapping = one(session, "SELECT status, return_reason, revenue_usd FROM b2b_lead_mappings")
        assert mapping == ("returned", "wrong_number", Decimal("0.00"))

    def test_it_is_found_by_the_platforms_own_id(self, session: Session, lead: Lead, platform: B2bPlatform) -> None:
        export = sold(session, lead, platform, their_id="SUN-77")
        assert give_back(session, export, export_id=None, platform_lead_id=" SUN-77 ").export_id == export.id

    def test_told_again_nothing_is_taken_back_twice(self, session: Session, lead: Lead, platform: B2bPlatform) -> None:
        export = sold(session, lead, platform)
        give_back(session, export)
        assert give_back(session, export) == Answered(lead.id, export.id, ExportStatus.RETURNED, repeated=True)
        assert accept(session, export, "SUN-9").status is ExportStatus.RETURNED
        assert state(session, lead) == ("returned", Decimal("0.00"))

    @pytest.mark.parametrize(("hours", "allowed"), [(71, True), (73, False)])
    def test_the_window_of_the_platform_holds(
        self, session: Session, lead: Lead, platform: B2bPlatform, hours: int, allowed: bool
    ) -> None:
        export = sold(session, lead, platform, hours_ago=hours)
        if allowed:
            give_back(session, export)
        else:
            with pytest.raises(Conflict, match="72 hours"):
                give_back(session, export)

    def test_a_platform_returns_no_more_than_its_share_of_a_month(self, session: Session) -> None:
        buyer = make_platform(
            session, platform_name="Sunbright", return_cap_share=Decimal("0.10"), return_window_hours=2000
        )
        at = day_start(today().replace(day=1))
        exports = [sold(session, make_lead(session), buyer, at=at, their_id=f"SUN-{n}") for n in range(11)]
        for export in exports[:2]:  # a tenth of 11, rounded up
            give_back(session, export)
        with pytest.raises(Conflict, match=r"Sunbright returned 2 of the 11 leads .* 10% of them \(2\)"):
            give_back(session, exports[2])

    def test_the_leads_of_another_month_and_another_platform_do_not_count(self, session: Session) -> None:
        buyer, other = (make_platform(session, return_window_hours=2000) for _ in range(2))
        this_month = day_start(today().replace(day=1))
        give_back(session, sold(session, make_lead(session), buyer, at=this_month - 10 * YESTERDAY))
        give_back(session, sold(session, make_lead(session), other, at=this_month))
        give_back(session, sold(session, make_lead(session), buyer, at=this_month, their_id="SUN-3"))

    def test_a_platform_that_may_return_nothing_returns_nothing(self, session: Session, lead: Lead) -> None:
        export = sold(session, lead, make_platform(session, return_cap_share=0))
        with pytest.raises(Conflict, match="0% of them"):
            give_back(session, export)

    def test_a_request_in_time_may_be_decided_later(self, session: Session, lead: Lead, platform: B2bPlatform) -> None:
        export = sold(session, lead, platform, hours_ago=100)
        session.execute(
            text(
                "UPDATE b2b_lead_mappings SET status = 'return_requested', return_reason = 'duplicate',"
                " return_requested_at = created_at + interval '70 hours'"
            )
        )
        assert give_back(session, export).status is ExportStatus.RETURNED

    def test_a_return_that_was_refused_stays_refused(self, session: Session, lead: Lead, platform: B2bPlatform) -> None:
        export = sold(session, lead, platform)
        session.execute(text("UPDATE b2b_lead_mappings SET status = 'return_refused', return_reason = 'duplicate'"))
        with pytest.raises(Conflict, match="refused"):
            give_back(session, export)

    def test_what_corrected_the_sale_is_taken_back_too(
        self, session: Session, lead: Lead, platform: B2bPlatform
    ) -> None:
        export = sold(session, lead, platform)
        session.execute(
            text(
                """INSERT INTO b2b_revenue_transactions (lead_id, platform_id, export_id, offsets_id, transaction_type,
                                                         occurred_at, gross_usd, commission_rate, amount_usd)
                   SELECT lead_id, platform_id, export_id, id, 'adjustment', occurred_at + interval '1 minute',
                          -8.15, commission_rate, -2.85 FROM b2b_revenue_transactions"""
            )
        )
        session.execute(text("UPDATE b2b_lead_mappings SET revenue_usd = 25.15"))
        session.execute(text("UPDATE leads SET total_revenue_earned = 25.15"))
        assert give_back(session, export).amount_usd == Decimal("-25.15")
        assert state(session, lead) == ("returned", Decimal("0.00"))

    def test_a_lead_that_another_buyer_keeps_stays_sold(
        self, session: Session, lead: Lead, platform: B2bPlatform
    ) -> None:
        export = sold(session, lead, platform)
        sold(session, lead, make_platform(session))
        give_back(session, export)
        assert state(session, lead) == ("sold", Decimal("28.00"))

    def test_what_was_not_taken_cannot_come_back(self, session: Session, export: LeadExport) -> None:
        with pytest.raises(Conflict, match="not accepted"):
            give_back(session, export)

    def test_an_id_that_is_not_known_is_not_found(self, session: Session, platform: B2bPlatform) -> None:
        with pytest.raises(NotFound):
            record_returned(
                session, SYSTEM, platform_id=platform.id, platform_lead_id="SUN-0", reason=ReturnReason.DUPLICATE
            )

    def test_sold_and_returned_the_ledger_is_in_step(self, db: Database) -> None:
        with db.write(None) as session:
            lead = make_lead(session, created_at=now() - 3 * YESTERDAY)
            export = send(session, lead, make_platform(session, commission_rate=Decimal("0.35")))
        with db.write(None) as session:
            accept(session, export)
        with db.write(None) as session:
            give_back(session, export)
        with db.read_primary() as session:
            assert state(session, lead) == ("returned", Decimal("0.00"))
            assert [rule for rule in HELD if one(session, f"SELECT count(*) FROM ({BROKEN[rule]}) AS b")[0]] == []


class TestWho:
    def machine(self, session: Session, platform: B2bPlatform | None, *scopes: Permission) -> Actor:
        return machine_of(make_key(session, *scopes, platform_ref=platform and platform.id)[1])

    def test_a_platforms_key_answers_for_it(self, session: Session, platform: B2bPlatform, export: LeadExport) -> None:
        actor = self.machine(session, platform, Permission.PLATFORMS_ANSWER)
        accept(session, export, actor=actor)
        assert one(session, "SELECT event, actor_name FROM audit_log") == (
            "platforms:delivery:accept", actor.username,
        )  # fmt: skip

    def test_another_platforms_key_does_not(self, session: Session, export: LeadExport) -> None:
        actor = self.machine(session, make_platform(session), Permission.PLATFORMS_ANSWER)
        with pytest.raises(NotAllowed):
            accept(session, export, actor=actor)

    def test_another_platforms_delivery_is_not_found(self, session: Session, export: LeadExport) -> None:
        other = make_platform(session)
        actor = self.machine(session, other, Permission.PLATFORMS_ANSWER)
        with pytest.raises(NotFound):
            accept(session, export, actor=actor, platform_id=other.id)

    def test_without_the_scope_nobody_answers(
        self, session: Session, platform: B2bPlatform, export: LeadExport
    ) -> None:
        with pytest.raises(NotAllowed):
            accept(session, export, actor=self.machine(session, platform, Permission.LEADS_READ))
