"""The header of each usual export is understood, and a person can correct what was proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.errors import Invalid
from aurum_data.intake.columns import Field, SourceSystem, propose_mapping
from aurum_data.intake.files import inspect_file

FILES = Path(__file__).parent / "files"


def mapping_of(name: str):
    return propose_mapping(inspect_file(FILES / name).headers)


@pytest.mark.parametrize(
    ("name", "system", "fields"),
    [
        (
            "facebook_lead_ads.csv",
            SourceSystem.FACEBOOK,
            {
                "full_name": "full_name",
                "phone": "phone_number",
                "zip_code": "post_code",
                "ownership": "do_you_own_your_home?",
                "monthly_bill": "what_is_your_average_monthly_electric_bill?",
                "utm_source": "platform",
                "external_id": "id",
                "created_at": "created_time",
            },
        ),
        (
            "google_ads_lead_form.csv",
            SourceSystem.GOOGLE,
            {
                "full_name": "User Column: Full Name",
                "phone": "User Column: User Phone",
                "gclid": "gcl_id",
                "created_at": "Lead Submit Time",
                "is_test": "Is Test",
            },
        ),
        (
            "hubspot_contacts.csv",
            SourceSystem.HUBSPOT,
            {
                "mobile_phone": "Mobile Phone Number",
                "zip_code": "Postal Code",
                "source": "Original Source",
                "opt_out": "Unsubscribed from all email",
            },
        ),
        (
            "salesforce_data_export.csv",
            SourceSystem.SALESFORCE,
            {
                "first_name": "FirstName",
                "monthly_bill": "Monthly_Bill__c",
                "certificate_url": "xxTrustedFormCertUrl__c",
                "do_not_call": "DoNotCall",
                "opt_out": "HasOptedOutOfEmail",
            },
        ),
        (
            "salesforce_report.csv",
            SourceSystem.SALESFORCE,
            {"zip_code": "Zip/Postal Code", "mobile_phone": "Mobile", "created_at": "Create Date"},
        ),
        (
            "typeform_responses.csv",
            SourceSystem.TYPEFORM,
            {
                "full_name": "What's your name?",
                "zip_code": "And your ZIP code?",
                "ownership": "Do you own or rent your home?",
                "consent": "I agree to be contacted about solar offers",
                "created_at": "Submit Date (UTC)",
            },
        ),
    ],
)
def test_the_export_and_its_columns_are_recognised(name, system, fields):
    mapping = mapping_of(name)
    assert mapping.source_system is system
    assert {field: mapping.fields[Field(field)] for field in fields} == fields


def test_a_crms_own_people_are_not_taken_for_the_lead():
    mapping = propose_mapping(["Contact owner", "Owner Email", "Company phone", "Email", "Zip"])
    assert set(mapping.fields) == {Field.EMAIL, Field.ZIP_CODE}
    assert mapping.unmatched == ("Contact owner", "Owner Email", "Company phone")


def test_a_known_name_beats_a_similar_one_and_confidence_says_so():
    mapping = propose_mapping(["Telefone number", "What is your phone number?", "Zip code", "Emial address"])
    assert mapping.fields[Field.PHONE] == "What is your phone number?"
    assert mapping.confidence[Field.ZIP_CODE] == 1.0
    assert mapping.confidence[Field.PHONE] == 0.8
    assert mapping.confidence[Field.EMAIL] == 0.6


def test_only_a_header_that_says_utc_makes_times_utc():
    assert mapping_of("typeform_responses.csv").created_in_utc
    assert not mapping_of("hubspot_contacts.csv").created_in_utc


def test_a_person_may_move_a_field_to_another_column_or_drop_it():
    mapping = propose_mapping(["Name", "Phone", "Zip", "Number at home"])
    changed = mapping.changed({Field.PHONE: "Number at home", Field.FULL_NAME: None})
    assert changed.fields == {Field.PHONE: "Number at home", Field.ZIP_CODE: "Zip"}
    assert changed.unmatched == ("Name", "Phone")
    assert changed.positions[Field.PHONE] == 3


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(Invalid, match="no column named Fax"):
        propose_mapping(["Phone", "Zip"]).changed({Field.PHONE: "Fax"})


@pytest.mark.parametrize(
    ("headers", "sentence"), [(["Name", "Zip"], "phone number or an email"), (["Name", "Phone"], "ZIP code")]
)
def test_a_mapping_that_cannot_make_leads_is_refused(headers, sentence):
    with pytest.raises(Invalid, match=sentence):
        propose_mapping(headers).check()


@given(st.lists(st.text(max_size=60), unique=True, max_size=20))
def test_any_headers_give_a_mapping_that_uses_each_once(headers):
    mapping = propose_mapping(headers)
    assert len(set(mapping.fields.values())) == len(mapping.fields)
    assert set(mapping.fields) == set(mapping.confidence)
