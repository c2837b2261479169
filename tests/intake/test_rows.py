"""A row becomes a typed lead, or is refused with reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aurum_data.intake.columns import Field, propose_mapping
from aurum_data.intake.files import RawRow, inspect_file, read_rows
from aurum_data.intake.rows import IncomingLead, RowReader
from aurum_data.rules.consent import sellable
from aurum_data.rules.geography import Borough, Utility
from aurum_data.rules.leads import Ownership, PropertyType

FILES = Path(__file__).parent / "files"
NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def normalise(raw, mapping):
    return RowReader(mapping, NOW).read(raw)


BASE = {
    "Name": "Jane Doe",
    "Phone": "718-555-0142",
    "Email": "jane@example.com",
    "Address": "12 Main St",
    "Zip": "11215",
}


def lead(**values: str):
    row = {**BASE, **{name.replace("_", " "): value for name, value in values.items()}}
    headers = tuple(row)
    return normalise(RawRow(2, headers, list(row.values())), propose_mapping(headers))


def reasons(**values: str) -> str:
    found = lead(**values)
    assert isinstance(found, list)
    return " ".join(problem.reason for problem in found)


def leads_of(name: str) -> list:
    facts = inspect_file(FILES / name)
    mapping = propose_mapping(facts.headers)
    return [normalise(raw, mapping) for raw in read_rows(FILES / name, facts)]


class TestExports:
    def test_facebook_prefixes_answers_and_test_leads(self):
        first, second, test_lead, jersey = leads_of("facebook_lead_ads.csv")
        assert (first.phone, first.zip_code, first.external_id) == (
            "+17185550142",
            "11238",
            "1204861234567890",
        )
        assert (first.ownership, first.monthly_bill_usd) == (Ownership.OWNER, Decimal("175.50"))
        assert (second.ownership, second.utm[0]) == (Ownership.RENTER, "instagram")
        assert "test lead" in test_lead[0].reason
        assert "07030 is outside New York City" in jersey[0].reason

    def test_google_times_click_ids_and_test_leads(self):
        first, _, test_lead = leads_of("google_ads_lead_form.csv")
        assert first.created_at == datetime(2026, 11, 19, 18, 5, 9, tzinfo=UTC)
        assert first.click_ids[0] == "EAIaIQobChMI0example01"
        assert "test lead" in test_lead[0].reason

    def test_hubspot_mobile_phone_rockaway_and_every_reason_of_a_bad_row(self):
        first, second, bad = leads_of("hubspot_contacts.csv")
        assert (first.address_key, first.borough) == ("4125 KISSENA BLVD|5C|11355", Borough.QUEENS)
        assert (second.phone, second.utility) == ("+19175550133", Utility.PSEG_LI)
        assert second.consent is not None
        assert not second.consent.given
        assert [problem.field for problem in bad] == ["email", "zip_code"]

    def test_salesforce_do_not_call_certificate_and_two_line_streets(self):
        first, second, future = leads_of("salesforce_report.csv")
        assert (first.last_name, first.monthly_bill_usd, first.unit) == (
            "Lévesque",
            Decimal("1200.50"),
            "21A",
        )
        assert (second.do_not_call, second.street, second.unit) == (True, "480 Jersey Street", "FL 2")
        assert "future" in future[0].reason
        (exported,) = leads_of("salesforce_data_export.csv")
        assert sellable(exported.consent, NOW) == (True, None)

    def test_typeform_utc_times_and_refused_consent(self):
        first, second = leads_of("typeform_responses.csv")
        assert first.created_at == datetime(2026, 11, 15, 2, 1, 44, tzinfo=UTC)
        assert (first.property_type, first.monthly_bill_usd) == (PropertyType.TWO_FAMILY, Decimal("175.00"))
        assert sellable(first.consent, NOW)[0] is False  # agreed, but no wording version to prove it
        assert second.consent is not None
        assert not second.consent.given
        assert [problem.field for problem in second.unread] == ["monthly_bill"]

    def test_until_when_a_certificate_is_claimed_may_lie_ahead(self):
        found = lead(Trusted_Form_Expires_At="2031-11-01", Consent="yes")
        assert found.consent.certificate_claimed_until == datetime(2031, 11, 1, 4, tzinfo=UTC)

    def test_a_spreadsheets_own_columns_with_consent_evidence(self):
        first, second, bad = leads_of("spreadsheet_semicolon.csv")
        assert (first.first_name, first.unit) == ("Hélène", "GARDEN")
        assert first.consent.page_url == "https://solar.example.com/quote"  # the query held an email address
        assert sellable(first.consent, NOW) == (True, None)
        assert (second.first_name, second.last_name) == ("Helene", "Dupont")
        assert [problem.field for problem in bad] == ["phone", "email", "zip_code", "created_at"]


class TestTimes:
    @pytest.mark.parametrize(
        ("written", "instant"),
        [
            ("2026-11-20T14:03:11-05:00", "2026-11-20 19:03:11"),
            ("2026-11-20T14:03:11+0000", "2026-11-20 14:03:11"),
            ("2026-11-20T14:03:11Z", "2026-11-20 14:03:11"),
            ("2026-11-20 14:03", "2026-11-20 19:03:00"),
            ("11/20/2026 3:15 PM", "2026-11-20 20:15:00"),
            ("11/20/2026, 12:05 am", "2026-11-20 05:05:00"),
            ("7/4/26", "2026-07-04 04:00:00"),
            ("Nov 20, 2026 3:15 PM EST", "2026-11-20 20:15:00"),
            ("November 20, 2026 at 3:15 PM", "2026-11-20 20:15:00"),
            ("Fri, 20 Nov 2026 15:15:00 GMT", "2026-11-20 15:15:00"),
            ("20-Nov-2026 15:15", "2026-11-20 20:15:00"),
            ("2026/11/20 15:15", "2026-11-20 20:15:00"),
            ("46346.635416667", "2026-11-20 20:15:00"),
            ("1795205700", "2026-11-20 20:15:00"),
            ("1795205700000", "2026-11-20 20:15:00"),
            ("2026-03-08T02:30:00", "2026-03-08 07:30:00"),
            ("2026-11-01T01:30:00", "2026-11-01 05:30:00"),
            ("2026-11-01T01:30:00-05:00", "2026-11-01 06:30:00"),
            ("2026-07-01 00:00", "2026-07-01 04:00:00"),
        ],
        ids=str,
    )
    def test_times_without_offset_are_new_yorks(self, written, instant):
        assert lead(Created_at=written).created_at == datetime.fromisoformat(instant).replace(tzinfo=UTC)

    @pytest.mark.parametrize(
        "written", ["yesterday", "22/11/2026", "2026-02-30", "11/31/2026", "13:15", "99999999999999"]
    )
    def test_unreadable_times_refuse_the_row(self, written):
        assert "cannot be read" in reasons(Created_at=written)

    def test_future_times_refuse_the_row(self):
        assert "future" in reasons(Created_at="2026-11-22 16:00")

    def test_a_clock_a_little_ahead_is_forgiven(self):
        assert lead(Created_at="2026-11-22 15:05").created_at == NOW

    def test_times_before_2000_refuse_the_row(self):
        assert "before the year 2000" in reasons(Created_at="1/1/1999")


class TestValues:
    @pytest.mark.parametrize(
        ("written", "bill"),
        [
            ("$150-200", "175.00"),
            ("$1,200.50", "1200.50"),
            ("1.200,50", "1200.50"),
            ("150/month", "150.00"),
            ("over $300", "300.00"),
            ("$2,400 per year", "200.00"),
            ("$151_-_$200", "175.50"),
            ("95,5", "95.50"),
        ],
    )
    def test_bills(self, written, bill):
        assert lead(Monthly_bill=written).monthly_bill_usd == Decimal(bill)

    @pytest.mark.parametrize("written", ["n/a", "-50", "0", "999999", "1-2-3"])
    def test_an_unreadable_bill_is_noted_and_the_lead_kept(self, written):
        found = lead(Monthly_bill=written)
        assert found.monthly_bill_usd is None
        assert [problem.field for problem in found.unread] == ["monthly_bill"]

    @pytest.mark.parametrize(
        ("written", "ownership"),
        [
            ("Yes", "owner"),
            ("yes,_i_own_it", "owner"),
            ("Own", "owner"),
            ("Homeowner", "owner"),
            ("Soy propietario", "owner"),
            ("landlord", "owner"),
            ("Rent", "renter"),
            ("no,_i_rent", "renter"),
            ("I don't own", "other"),
            ("No", "other"),
            ("live with parents", "other"),
        ],
    )
    def test_ownership(self, written, ownership):
        assert lead(Homeowner=written).ownership == ownership

    def test_one_bad_phone_of_two_is_noted(self):
        found = lead(Mobile="12")
        assert found.phone == "+17185550142"
        assert [problem.field for problem in found.unread] == ["mobile_phone"]

    def test_a_bad_phone_refuses_the_row_even_with_an_email(self):
        assert "ten digits" in reasons(Phone="555-0142")

    def test_without_phone_and_email_there_is_no_lead(self):
        assert "neither a phone number nor an email" in reasons(Phone="", Email="")

    def test_the_zip_code_may_come_from_the_address(self):
        assert lead(Zip="", Address="12 Main St, Brooklyn, NY 11215").zip_code == "11215"

    @pytest.mark.parametrize(
        ("zip_code", "why"),
        [("11040", "Nassau"), ("10704", "Westchester"), ("94103", "outside"), ("", "no ZIP")],
    )
    def test_homes_outside_the_city_are_refused_with_a_reason(self, zip_code, why):
        assert why in reasons(Zip=zip_code)

    def test_a_certificate_elsewhere_is_no_certificate(self):
        found = lead(TrustedForm_url="https://cert.trustedform.com.evil.example/" + "a" * 40)
        assert found.consent is None
        assert [problem.field for problem in found.unread] == ["certificate_url"]

    def test_formulas_and_control_characters_are_data(self):
        found = lead(Source='=cmd|"/c calc"!A1\x00\x1b')
        assert found.source == '=cmd|"/c calc"!A1'


def test_a_faulty_row_is_refused_with_its_fault():
    found = normalise(RawRow(7, ("Phone",), ["x"], "It is broken."), propose_mapping(["Phone"]))
    assert found == [("row", "It is broken.")]


HEADERS = tuple(field.value for field in Field)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=len(HEADERS)))
def test_no_row_whatsoever_breaks_the_reader(cells):
    found = normalise(RawRow(2, HEADERS, cells), propose_mapping(HEADERS))
    assert isinstance(found, (IncomingLead, list))
    assert found != []


@settings(max_examples=100, deadline=None)
@given(
    first=st.text(st.characters(categories=["L"]), min_size=1, max_size=20),
    house=st.integers(1, 9999),
    unit=st.sampled_from(["", "4B", "FL 2", "PH"]),
    bill=st.decimals(1, 999, places=2),
)
def test_a_normalised_lead_normalises_to_itself(first, house, unit, bill):
    once = lead(Name=f"{first} Doe", Address=f"{house} West 4th Street", Unit=unit, Monthly_bill=f"${bill}")
    again = lead(
        Name=once.full_name,
        Phone=once.phone,
        Address=once.street,
        Unit=once.unit or "",
        Monthly_bill=str(once.monthly_bill_usd),
    )
    assert again == once
