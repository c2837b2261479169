"""The header names that exports carry and the questions that forms ask, as `columns` compares them."""

from __future__ import annotations

import re
from enum import StrEnum


class Field(StrEnum):
    """What a column can hold."""

    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    MOBILE_PHONE = "mobile_phone"
    EMAIL = "email"
    STREET = "street"
    UNIT = "unit"
    CITY = "city"
    ZIP_CODE = "zip_code"
    OWNERSHIP = "ownership"
    PROPERTY_TYPE = "property_type"
    ROOF_TYPE = "roof_type"
    ROOF_AGE = "roof_age"
    SHADING = "shading"
    MONTHLY_BILL = "monthly_bill"
    LANGUAGE = "language"
    CREATED_AT = "created_at"
    EXTERNAL_ID = "external_id"
    IS_TEST = "is_test"
    SOURCE = "source"
    CAMPAIGN = "campaign"
    UTM_SOURCE = "utm_source"
    UTM_MEDIUM = "utm_medium"
    UTM_CAMPAIGN = "utm_campaign"
    UTM_TERM = "utm_term"
    UTM_CONTENT = "utm_content"
    GCLID = "gclid"
    FBCLID = "fbclid"
    MSCLKID = "msclkid"
    TTCLID = "ttclid"
    CONSENT = "consent"
    OPT_OUT = "opt_out"
    DO_NOT_CALL = "do_not_call"
    CERTIFICATE_URL = "certificate_url"
    CERTIFICATE_CLAIMED_UNTIL = "certificate_claimed_until"
    LEADID_TOKEN = "leadid_token"  # noqa: S105 - the name of a field
    WORDING_VERSION = "wording_version"
    PAGE_URL = "page_url"
    IP_ADDRESS = "ip_address"
    USER_AGENT = "user_agent"
    CONSENT_AT = "consent_at"

    __hash__ = str.__hash__  # an enumeration's own is a Python function, and fields are looked up per cell

    @property
    def label(self) -> str:
        """The name people read."""
        return _LABELS.get(self, self.value.replace("_", " ").capitalize())


_LABELS = {
    Field.STREET: "Address",
    Field.ZIP_CODE: "ZIP code",
    Field.MONTHLY_BILL: "Monthly electric bill",
    Field.CREATED_AT: "Created",
    Field.EXTERNAL_ID: "Lead ID of the source",
    Field.IS_TEST: "Test lead",
    Field.UTM_SOURCE: "UTM source",
    Field.UTM_MEDIUM: "UTM medium",
    Field.UTM_CAMPAIGN: "UTM campaign",
    Field.UTM_TERM: "UTM term",
    Field.UTM_CONTENT: "UTM content",
    Field.GCLID: "Google click ID",
    Field.FBCLID: "Meta click ID",
    Field.MSCLKID: "Microsoft click ID",
    Field.TTCLID: "TikTok click ID",
    Field.OPT_OUT: "Opted out",
    Field.CERTIFICATE_URL: "TrustedForm certificate",
    Field.CERTIFICATE_CLAIMED_UNTIL: "Certificate claimed until",
    Field.LEADID_TOKEN: "Jornaya LeadiD",
    Field.WORDING_VERSION: "Consent wording version",
    Field.PAGE_URL: "Page",
    Field.IP_ADDRESS: "IP address",
    Field.CONSENT_AT: "Consent given at",
}


class SourceSystem(StrEnum):
    """The program that wrote a file, told by its header."""

    FACEBOOK = "facebook"
    GOOGLE = "google"
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    TYPEFORM = "typeform"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name people read; also the source of leads whose file names none."""
        return _SYSTEM_LABELS[self]


_SYSTEM_LABELS = {
    SourceSystem.FACEBOOK: "Facebook Lead Ads",
    SourceSystem.GOOGLE: "Google Ads Lead Form",
    SourceSystem.HUBSPOT: "HubSpot",
    SourceSystem.SALESFORCE: "Salesforce",
    SourceSystem.TYPEFORM: "Typeform",
    SourceSystem.OTHER: "File Import",
}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Column names by field, the surest first.
ALIASES: dict[Field, str] = {
    Field.FULL_NAME: "full_name fullname name contact_name lead_name your_name customer_name nombre_completo",
    Field.FIRST_NAME: "first_name firstname fname given_name forename nombre",
    Field.LAST_NAME: "last_name lastname lname family_name surname apellido",
    Field.PHONE: (
        "phone_number phone phonenumber telephone telephone_number tel primary_phone phone_1 "
        "contact_number work_phone home_phone user_phone telefono"
    ),
    Field.MOBILE_PHONE: "mobile_phone_number mobile_phone mobile cell_phone cell cell_number mobile_number",
    Field.EMAIL: "email email_address e_mail mail user_email work_email correo_electronico correo",
    Field.STREET: (
        "street_address street address property_address home_address address_1 address1 "
        "address_line_1 mailing_street installation_address service_address full_address "
        "street_line_1"
    ),
    Field.UNIT: ("unit apt apartment apartment_number unit_number apt_number address_2 address2 address_line_2 suite"),
    Field.CITY: "city town mailing_city ciudad",
    Field.ZIP_CODE: (
        "zip_code zip postal_code post_code postcode zipcode zip_postal_code mailing_postal_code "
        "zip5 property_zip codigo_postal"
    ),
    Field.OWNERSHIP: (
        "ownership homeowner home_owner home_ownership own_or_rent is_homeowner owner_occupied owns_home"
    ),
    Field.PROPERTY_TYPE: "property_type home_type building_type house_type dwelling_type",
    Field.ROOF_TYPE: "roof_type roof_material roof",
    Field.ROOF_AGE: "roof_age age_of_roof roof_age_years",
    Field.SHADING: "shading roof_shade shade roof_shading",
    Field.MONTHLY_BILL: (
        "monthly_bill electric_bill monthly_electric_bill average_electric_bill electricity_bill "
        "bill average_monthly_bill monthly_electricity_bill avg_bill utility_bill power_bill"
    ),
    Field.LANGUAGE: "language preferred_language locale",
    Field.CREATED_AT: (
        "created_time created_at created_date create_date submit_date_utc submitted_at "
        "lead_submit_time submission_time submit_time date_submitted submission_date date_created "
        "created timestamp lead_created_at received_at lead_date entry_date date_time date"
    ),
    Field.EXTERNAL_ID: "lead_id leadgen_id record_id external_id id # response_id contact_id",
    Field.IS_TEST: "is_test test_lead",
    Field.SOURCE: "lead_source original_source source traffic_source source_name lead_provider vendor",
    Field.CAMPAIGN: "campaign_name campaign campaign_id",
    Field.UTM_SOURCE: "utm_source utmsource",
    Field.UTM_MEDIUM: "utm_medium utmmedium",
    Field.UTM_CAMPAIGN: "utm_campaign utmcampaign",
    Field.UTM_TERM: "utm_term utmterm utm_keyword",
    Field.UTM_CONTENT: "utm_content utmcontent",
    Field.GCLID: "gclid gcl_id google_click_id google_ad_click_id",
    Field.FBCLID: "fbclid facebook_click_id",
    Field.MSCLKID: "msclkid microsoft_click_id",
    Field.TTCLID: "ttclid tiktok_click_id",
    Field.CONSENT: "consent tcpa_consent tcpa consent_given opt_in opted_in contact_consent gdpr_consent",
    Field.OPT_OUT: (
        "opt_out opted_out unsubscribed_from_all_email has_opted_out_of_email email_opt_out do_not_contact"
    ),
    Field.DO_NOT_CALL: "do_not_call donotcall dnc",
    Field.CERTIFICATE_URL: (
        "xx_trusted_form_cert_url xxtrustedformcerturl trustedform_cert_url trusted_form_cert_url "
        "trustedform_certificate_url trustedform trustedform_url trusted_form certificate_url "
        "cert_url"
    ),
    Field.CERTIFICATE_CLAIMED_UNTIL: (
        "certificate_claimed_until claimed_until trustedform_expires_at trusted_form_expires_at certificate_expires_at "
        "cert_expires_at"
    ),
    Field.LEADID_TOKEN: (
        "universal_leadid leadid_token jornaya_leadid jornaya_lead_id jornaya universal_lead_id jornaya_token"
    ),
    Field.WORDING_VERSION: "wording_version disclosure_version consent_version consent_wording_version",
    Field.PAGE_URL: (
        "page_url landing_page landing_page_url source_url consent_page consent_url form_url first_page_seen"
    ),
    Field.IP_ADDRESS: "ip_address ip client_ip consent_ip ipaddress",
    Field.USER_AGENT: "user_agent useragent browser",
    Field.CONSENT_AT: ("consent_at consent_time consent_date consent_timestamp opt_in_date opt_in_time tcpa_timestamp"),
}

# Questions as forms put them, tried in this order.
QUESTIONS: tuple[tuple[Field, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (Field.DO_NOT_CALL, r"do_not_call"),
        (Field.OPT_OUT, r"opt(ed)?_out|unsubscribe|do_not_contact"),
        (Field.MONTHLY_BILL, r"(electric|energy|utility|power|con_?ed).*(bill|pay|spend|cost)"),
        (Field.MONTHLY_BILL, r"monthly.*bill|bill.*month"),
        (Field.ROOF_AGE, r"roof.*(age|old|year)|(age|old).*roof"),
        (Field.SHADING, r"shad(e|y|ing)"),
        (Field.ROOF_TYPE, r"roof"),
        (Field.OWNERSHIP, r"homeowner|home_owner|own_or_rent|rent_or_own"),
        (Field.OWNERSHIP, r"(^|_)own(_|s_).*(home|house|property|rent)"),
        (Field.PROPERTY_TYPE, r"(type|kind)_of_(home|house|property|building|dwelling)"),
        (Field.CONSENT, r"(^|_)(consent|i_agree|agree_to|tcpa|permission)(_|$)"),
        (Field.ZIP_CODE, r"(^|_)(zip|zipcode|postcode)(_|$)|postal_code"),
        (Field.FIRST_NAME, r"first_name"),
        (Field.LAST_NAME, r"(last|family)_name"),
        (Field.MOBILE_PHONE, r"(mobile|cell)_(phone|number)"),
        (Field.PHONE, r"phone_number|(^|_)(your|best|contact)_phone|phone$"),
        (Field.EMAIL, r"(^|_)(email_address|your_email|best_email)|email$"),
        (Field.FULL_NAME, r"(^|_)(your|full)_name"),
        (Field.STREET, r"(street|home|property|installation|your)_address|where_.*(live|home|property)"),
        (Field.LANGUAGE, r"language"),
    )
)
# A CRM's own bookkeeping, which would else look like the lead's.
BOOKKEEPING = re.compile(
    r"(contact|lead|hubspot|record|account|company|deal|opportunity)_(owner|status|stage|score)(_|$)|owner_"
    r"|company|last_modified|modified_by|created_by|associated_|_domain$|bounce|form_name|ad_name|adset|landlord"
)
# Columns that give a program away, and how many of them must be there.
SIGNATURES: tuple[tuple[SourceSystem, int, frozenset[str]], ...] = (
    (SourceSystem.FACEBOOK, 4, _names("""
        created_time ad_id ad_name adset_id adset_name campaign_id form_id form_name is_organic
        platform inbox_url
    """)),
    (SourceSystem.GOOGLE, 3, _names("""
        lead_id gcl_id gclid google_click_id campaign_id form_id adgroup_id ad_group_id
        creative_id lead_form_name lead_submit_time lead_stage google_key is_test
        asset_group_id
    """)),
    (SourceSystem.TYPEFORM, 2, _names("# start_date_utc submit_date_utc network_id submitted_at")),
    (SourceSystem.HUBSPOT, 3, _names("""
        record_id create_date original_source original_source_drill_down_1 lifecycle_stage
        contact_owner lead_status marketing_contact_status unsubscribed_from_all_email
        mobile_phone_number first_page_seen
    """)),
    (SourceSystem.SALESFORCE, 3, _names("""
        lead_source created_date mobile_phone postal_code zip_postal_code owner_id lead_owner
        has_opted_out_of_email email_opt_out do_not_call is_converted company_account
        state_province create_date
    """)),
)  # fmt: skip
