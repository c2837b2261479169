"""Every encrypted column and every keyed hash of one, in one place: what writers seal with and rotation goes through.

The name is part of what a value is sealed with, so a name never changes while values under it exist.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SealedField(StrEnum):
    """The name that a column's values are sealed under."""

    LEAD_EMAIL = "leads.email"
    LEAD_PHONE = "leads.phone"
    LINK_SEARCH = "list_links.search"
    DOWNLOAD_SEARCH = "list_downloads.search"
    PAYMENT_REFERENCE = "b2b_payments.reference"
    PLATFORM_CREDENTIALS = "b2b_platforms.credentials"
    REJECTED_ROW = "import_rejected_rows.row"
    REQUEST_CONTACT = "privacy_requests.contact"
    USER_EMAIL = "users.email"
    USER_TOTP_SECRET = "users.totp_secret_encrypted"  # noqa: S105 - older than the rule that names have no suffix


# Table: its encrypted columns. The row that a value is bound to is the table's `id`.
SEALED: dict[str, dict[str, SealedField]] = {
    "leads": {"phone_encrypted": SealedField.LEAD_PHONE, "email_encrypted": SealedField.LEAD_EMAIL},
    "users": {"email_encrypted": SealedField.USER_EMAIL, "totp_secret_encrypted": SealedField.USER_TOTP_SECRET},
    "b2b_platforms": {"credentials_encrypted": SealedField.PLATFORM_CREDENTIALS},
    "b2b_payments": {"reference_encrypted": SealedField.PAYMENT_REFERENCE},
    "privacy_requests": {"contact_encrypted": SealedField.REQUEST_CONTACT},
    "list_links": {"search_encrypted": SealedField.LINK_SEARCH},
    "list_downloads": {"search_encrypted": SealedField.DOWNLOAD_SEARCH},
    "import_rejected_rows": {"row_encrypted": SealedField.REJECTED_ROW},
}


class HashOf(NamedTuple):
    """What a column of keyed hashes is made of."""

    kind: str  # "phone" or "email"
    source: str  # the encrypted column beside it


# Table: its columns of hashes under the hash key in use. Suppression entries keep the key they were made with.
HASHED: dict[str, dict[str, HashOf]] = {
    "leads": {
        "phone_hash": HashOf("phone", "phone_encrypted"),
        "email_hash": HashOf("email", "email_encrypted"),
    },
    "users": {"email_hash": HashOf("email", "email_encrypted")},
    "privacy_requests": {
        "phone_hash": HashOf("phone", "contact_encrypted"),
        "email_hash": HashOf("email", "contact_encrypted"),
    },
}
