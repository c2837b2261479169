"""What security staff should know of, how grave it is, and what it says in the inbox of the administrators."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """How grave an event is. Warnings and critical events go into the inbox of the administrators."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class SecurityEventKind(StrEnum):
    """Everything that is recorded as a security event."""

    ADMINISTRATOR_ASKED = "administrator_asked"
    CONTACT_REVEALS_MANY = "contact_reveals_many"
    EXPORT_LARGE = "export_large"
    FREEZE_CHANGED = "freeze_changed"
    IDENTITY_CHANGED = "identity_changed"
    KEY_NEW_ADDRESS = "key_new_address"
    KEY_REFUSED = "key_refused"
    NEW_DEVICE = "new_device"
    PERMISSION_DENIED = "permission_denied"
    RECOVERY_CODE_USED = "recovery_code_used"
    ROLE_CHANGED = "role_changed"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_GUESSING = "sign_in_guessing"
    TICKET_MISUSED = "ticket_misused"


K = SecurityEventKind
SEVERITIES: dict[SecurityEventKind, Severity] = {
    K.ADMINISTRATOR_ASKED: Severity.WARNING,
    K.CONTACT_REVEALS_MANY: Severity.WARNING,
    K.EXPORT_LARGE: Severity.WARNING,
    K.FREEZE_CHANGED: Severity.WARNING,
    K.IDENTITY_CHANGED: Severity.WARNING,
    K.KEY_NEW_ADDRESS: Severity.WARNING,
    K.KEY_REFUSED: Severity.WARNING,
    K.NEW_DEVICE: Severity.INFO,
    K.PERMISSION_DENIED: Severity.INFO,
    K.RECOVERY_CODE_USED: Severity.INFO,
    K.ROLE_CHANGED: Severity.WARNING,
    K.SECOND_FACTOR_CHANGED: Severity.INFO,
    K.SECOND_FACTOR_RESET: Severity.WARNING,
    K.SIGN_IN_FAILED: Severity.INFO,
    K.SIGN_IN_GUESSING: Severity.CRITICAL,
    K.TICKET_MISUSED: Severity.CRITICAL,
}
SENTENCES: dict[SecurityEventKind, str] = {
    K.ADMINISTRATOR_ASKED: "Somebody is to become an administrator: another administrator must agree",
    K.CONTACT_REVEALS_MANY: "Somebody opened many phone numbers or emails within an hour",
    K.EXPORT_LARGE: "Somebody exported many leads",
    K.FREEZE_CHANGED: "The application was frozen or released",
    K.IDENTITY_CHANGED: "Somebody's account was linked to single sign-on, or the link was removed",
    K.KEY_NEW_ADDRESS: "A machine key was used from a new address",
    K.KEY_REFUSED: "A machine key was used that has ended, or from an address that it may not come from",
    K.NEW_DEVICE: "Somebody signed in with a new device",
    K.PERMISSION_DENIED: "Somebody asked for what they may not do",
    K.ROLE_CHANGED: "Somebody's roles or permissions were changed",
    K.RECOVERY_CODE_USED: "Somebody signed in with a recovery code",
    K.SECOND_FACTOR_CHANGED: "Somebody set up, replaced or removed their own second factor",
    K.SECOND_FACTOR_RESET: "Somebody's second factor was removed",
    K.SIGN_IN_FAILED: "A sign-in failed",
    K.SIGN_IN_GUESSING: "Many sign-ins failed: passwords or codes are being guessed",
    K.TICKET_MISUSED: "A sign-in was finished by another browser than the one that began it",
}
KEPT_MONTHS = 24  # whole months, after which the partition is dropped
IN_THE_INBOX = frozenset({Severity.WARNING, Severity.CRITICAL})
