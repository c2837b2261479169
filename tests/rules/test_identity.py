"""What grants come to, and who may give what: whatever roles, permissions and limits are put together."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurum_data.rules.geography import Borough
from aurum_data.rules.identity import (
    ADMIN_ONLY,
    BY_BOROUGH,
    BY_PLATFORM,
    GRANTED_BY,
    ROLE_PERMISSIONS,
    USERNAME,
    Grant,
    Permission,
    Role,
    may_grant,
    mixes_limits,
    not_grantable,
    rights_of,
)

PLATFORMS = [UUID(int=n) for n in range(1, 5)]
permissions = st.frozensets(st.sampled_from(Permission))
grants = st.builds(
    Grant,
    role=st.sampled_from(["sales", "ops", "finance", None]),
    permissions=permissions,
    boroughs=st.none() | st.frozensets(st.sampled_from([str(b) for b in Borough]), min_size=1),
    platforms=st.none() | st.frozensets(st.sampled_from(PLATFORMS), min_size=1),
).map(lambda g: g if g.role else Grant(None, g.permissions))
some_grants = st.lists(grants, max_size=5)
ADMIN = ROLE_PERMISSIONS[Role.ADMIN]


class TestWhoMayGrant:
    @given(held=permissions, wanted=permissions)
    def test_nothing_is_passed_on_that_is_not_held_or_covered_by_a_right_to_grant_it(self, held, wanted):
        if may_grant(held, wanted):
            assert all(p in held or GRANTED_BY.get(p) in held for p in wanted)

    @given(held=permissions, wanted=permissions)
    def test_nobody_grants_without_the_right_over_users(self, held, wanted):
        assert not may_grant(held - {Permission.USERS_WRITE}, wanted)

    @given(held=permissions, wanted=permissions, more=permissions)
    def test_who_holds_more_may_grant_no_less(self, held, wanted, more):
        assert may_grant(held | more, wanted) or not may_grant(held, wanted)

    @given(held=permissions, one=permissions, other=permissions)
    def test_two_gifts_at_once_need_what_each_needs(self, held, one, other):
        assert may_grant(held, one | other) == (may_grant(held, one) and may_grant(held, other))

    @pytest.mark.parametrize("role", list(Role))
    def test_an_administrator_may_staff_every_role(self, role):
        assert may_grant(ADMIN, ROLE_PERMISSIONS[role])

    def test_without_the_right_to_grant_them_nobody_hands_out_personal_data(self):
        assert not_grantable(ADMIN - {Permission.USERS_GRANT_PII}, {Permission.LEADS_READ_PII}) == {
            Permission.LEADS_READ_PII
        }

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
    def test_no_other_role_makes_administrators(self, role):
        assert not ROLE_PERMISSIONS[role] & ADMIN_ONLY

    @given(held=some_grants, wanted=permissions)
    def test_a_limited_person_grants_nothing(self, held, wanted):
        rights = rights_of(held)
        assert (rights.boroughs is None and rights.platforms is None) or not may_grant(rights.permissions, wanted)


class TestWhatGrantsComeTo:
    @given(held=some_grants)
    def test_never_more_than_all_of_them(self, held):
        assert rights_of(held).permissions <= frozenset().union(*(g.permissions for g in held))

    @given(held=st.lists(grants.map(lambda g: Grant(g.role, g.permissions)), max_size=5))
    def test_without_limits_exactly_all_of_them(self, held):
        rights = rights_of(held)
        assert rights.permissions == frozenset().union(*(g.permissions for g in held))
        assert (rights.boroughs, rights.platforms) == (None, None)

    @given(held=some_grants)
    def test_a_limited_person_holds_nothing_that_cannot_be_limited(self, held):
        rights = rights_of(held)
        if rights.boroughs is not None or rights.platforms is not None:
            assert rights.permissions <= BY_BOROUGH | BY_PLATFORM

    @given(held=some_grants)
    def test_limits_are_those_of_the_roles_and_no_wider(self, held):
        rights = rights_of(held)
        named = frozenset().union(*(g.boroughs for g in held if g.boroughs))
        assert rights.boroughs is None or rights.boroughs <= named
        unlimited = [g for g in held if g.role and g.boroughs is None and g.effective & BY_BOROUGH]
        limited = [g for g in held if g.role and g.boroughs is not None and g.effective & BY_BOROUGH]
        assert (rights.boroughs is None) == (bool(unlimited) or not limited)

    @given(held=some_grants, more=grants)
    def test_another_grant_never_narrows_the_boroughs_of_a_person_limited_to_some(self, held, more):
        before, after = rights_of(held).boroughs, rights_of([*held, more]).boroughs
        assert before is None or after is None or before <= after

    @given(held=some_grants)
    def test_order_says_nothing(self, held):
        assert rights_of(held) == rights_of(list(reversed(held)))

    def test_sales_for_one_borough_keeps_leads_and_loses_platforms(self):
        rights = rights_of([Grant("sales", ROLE_PERMISSIONS[Role.SALES], frozenset({"Queens"}))])
        assert rights.boroughs == {"Queens"}
        assert rights.platforms is None
        assert rights.permissions == ROLE_PERMISSIONS[Role.SALES] & BY_BOROUGH

    def test_two_limited_roles_each_bring_their_own(self):
        sales = Grant("sales", ROLE_PERMISSIONS[Role.SALES], frozenset({"Queens"}))
        ops = Grant("ops", ROLE_PERMISSIONS[Role.OPS], None, frozenset(PLATFORMS[:1]))
        rights = rights_of([sales, ops])
        assert (rights.boroughs, rights.platforms) == ({"Queens"}, set(PLATFORMS[:1]))
        assert {Permission.LEADS_WRITE, Permission.PLATFORMS_WRITE} <= rights.permissions
        assert Permission.LEADS_IMPORT not in rights.permissions

    def test_a_single_permission_does_not_undo_a_limit(self):
        sales = Grant("sales", ROLE_PERMISSIONS[Role.SALES], frozenset({"Queens"}))
        assert rights_of([sales, Grant(None, frozenset({Permission.LEADS_EXPORT}))]).boroughs == {"Queens"}


class TestMixedLimits:
    SALES = Grant("sales", ROLE_PERMISSIONS[Role.SALES], frozenset({"Queens"}))

    def test_a_role_that_opens_the_same_everywhere_undoes_a_limit(self):
        assert mixes_limits([self.SALES, Grant("analyst", ROLE_PERMISSIONS[Role.ANALYST])])

    def test_a_role_over_other_things_does_not(self):
        assert not mixes_limits([self.SALES, Grant("finance", frozenset({Permission.REVENUE_READ}))])

    def test_two_limited_roles_do_not(self):
        assert not mixes_limits([self.SALES, Grant("ops", ROLE_PERMISSIONS[Role.OPS], frozenset({"Bronx"}))])

    @given(held=some_grants)
    def test_what_is_not_mixed_keeps_every_limit(self, held):
        limits = [g for g in held if g.role and g.boroughs is not None and g.effective & BY_BOROUGH]
        if limits and not mixes_limits(held):
            assert rights_of(held).boroughs == frozenset().union(*(g.boroughs for g in limits))


@pytest.mark.parametrize("name", ["dana", "d.a-n_a2", "ab"])
def test_user_names(name: str) -> None:
    assert USERNAME.fullmatch(name)


@pytest.mark.parametrize("name", ["", "a", "Dana", "2dana", "da na", "dana\n", "d" * 41, "dâna", "a@b"])
def test_what_is_no_user_name(name: str) -> None:
    assert not USERNAME.fullmatch(name)
