"""How sure it is that two leads are the same person: what must hold for any two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules.duplicates import NOT_ALIKE, DuplicateReason, Evidence, judge

names = st.sampled_from(["", "Jane Smith", "J Smith", "Maria Lopez", "jane smith", "Wei Chen"])
evidence = st.builds(Evidence, st.booleans(), st.booleans(), st.booleans(), names, names)


@given(evidence)
def test_confidence_is_a_share_and_never_certain(one: Evidence) -> None:
    confidence, reasons = judge(one)
    assert 0 <= confidence < 1
    assert (confidence > 0) == bool(reasons)


@given(evidence)
def test_it_does_not_matter_which_lead_is_named_first(one: Evidence) -> None:
    assert judge(one) == judge(one._replace(name=one.other_name, other_name=one.name))


@given(evidence, st.sampled_from(["phone", "email", "home"]))
def test_more_in_common_never_lowers_it(one: Evidence, sign: str) -> None:
    assert judge(one._replace(**{sign: True})).confidence >= judge(one._replace(**{sign: False})).confidence


@given(evidence)
def test_the_same_name_raises_it_and_another_lowers_it(one: Evidence) -> None:
    unknown = judge(one._replace(name="", other_name="")).confidence
    assert judge(one._replace(name="Jane Smith", other_name="Jane Smith")).confidence >= unknown
    assert judge(one._replace(name="Jane Smith", other_name="Maria Lopez")).confidence <= unknown


@given(names, names)
def test_a_name_alone_proves_nothing(name: str, other: str) -> None:
    assert judge(Evidence(name=name, other_name=other)) == NOT_ALIKE


@pytest.mark.parametrize(("name", "other"), [("Jane Smith", "Maria Lopez"), ("Jane Smith", ""), ("", "")])
def test_the_same_home_counts_only_with_a_similar_name(name: str, other: str) -> None:
    assert judge(Evidence(home=True, name=name, other_name=other)) == NOT_ALIKE
    assert judge(Evidence(home=True, name="Jane Smith", other_name="J Smith")).confidence > 0.5


def test_reasons_are_named_strongest_first() -> None:
    assert judge(Evidence(True, True, True, "Jane Smith", "Jane Smith")).reasons == (
        DuplicateReason.EMAIL, DuplicateReason.PHONE, DuplicateReason.HOME, DuplicateReason.NAME,
    )  # fmt: skip
