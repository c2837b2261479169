"""Saving, sharing and choosing views of the list of leads, and links to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from aurum_data.actions import saved_views as actions
from aurum_data.actions.core import Actor
from aurum_data.errors import Conflict, Invalid, NotAllowed, NotFound
from aurum_data.queries.lead_filter import LeadFilter, LeadSort, SortKey
from aurum_data.queries.saved_views import LeadView, MyViews, my_views, open_link, read_view, write_view
from aurum_data.rules.identity import Role
from aurum_data.rules.leads import LeadStatus
from tests.factories import make_actor, sign_in

NEW = write_view(LeadView(filter=LeadFilter(statuses=(LeadStatus.NEW,)), columns=("name", "status")))
BEST = write_view(LeadView(sort=LeadSort(SortKey.SCORE)))


@pytest.fixture
def sam(session: Session) -> Actor:
    """Somebody of sales."""
    return sign_in(session, make_actor(session, Role.SALES))


@pytest.fixture
def olga(session: Session) -> Actor:
    """Somebody of ops."""
    return sign_in(session, make_actor(session, Role.OPS))


@pytest.fixture
def ada(session: Session) -> Actor:
    """An administrator."""
    return sign_in(session, make_actor(session, Role.ADMIN))


def save(session: Session, actor: Actor, name: str = "New ones", *, is_shared: bool = False) -> UUID:
    return actions.save_view(session, actor, name=name, definition=NEW, is_shared=is_shared)


def version(session: Session, view_id: UUID) -> int:
    return session.scalars(text("SELECT version FROM saved_views WHERE id = :id"), {"id": view_id}).one()


def change(session: Session, deed: Any, actor: Actor, view_id: UUID, **values: Any) -> Any:
    """Do it to the view as it is now."""
    return deed(session, actor, view_id=view_id, version=version(session, view_id), **values)


def seen(session: Session, actor: Actor) -> MyViews:
    return my_views(session, user_id=actor.user_id)


def names(session: Session, actor: Actor) -> list[str]:
    return [view.name for view in seen(session, actor).views]


def test_a_view_comes_back_as_it_was_saved(session: Session, sam: Actor) -> None:
    view_id = save(session, sam)
    (view,) = seen(session, sam).views
    assert (view.view_id, view.name, view.is_mine, view.is_shared) == (view_id, "New ones", True, False)
    assert read_view(view.definition).filter.statuses == (LeadStatus.NEW,)


def test_a_private_view_is_its_owners_alone(session: Session, sam: Actor, ada: Actor) -> None:
    view_id = save(session, sam)
    assert names(session, ada) == []
    for deed in (actions.pin_view, actions.share_view):
        option = "is_pinned" if deed is actions.pin_view else "is_shared"
        with pytest.raises(NotFound):
            change(session, deed, ada, view_id, **{option: True})


def test_a_shared_view_is_seen_by_others_and_can_be_taken_back(session: Session, sam: Actor, olga: Actor) -> None:
    view_id = save(session, sam)
    change(session, actions.share_view, sam, view_id, is_shared=True)
    (view,) = seen(session, olga).views
    assert (view.name, view.is_mine, view.owner_name) == ("New ones", False, sam.full_name)
    change(session, actions.share_view, sam, view_id, is_shared=False)
    assert names(session, olga) == []


DEEDS = pytest.mark.parametrize(
    ("deed", "values"),
    [
        (actions.change_view, {"definition": BEST}),
        (actions.rename_view, {"name": "Other"}),
        (actions.share_view, {"is_shared": False}),
        (actions.pin_view, {"is_pinned": True}),
        (actions.delete_view, {}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)


@DEEDS
def test_a_shared_view_is_changed_by_its_owner_and_administrators_only(
    session: Session, sam: Actor, olga: Actor, ada: Actor, deed: Any, values: dict[str, Any]
) -> None:
    view_id = save(session, sam, is_shared=True)
    with pytest.raises(NotAllowed, match="Save it as a new one"):
        change(session, deed, olga, view_id, **values)
    change(session, deed, ada, view_id, **values)


@DEEDS
def test_the_later_of_two_is_told_who_changed_it_and_nothing_is_overwritten(
    session: Session, sam: Actor, ada: Actor, deed: Any, values: dict[str, Any]
) -> None:
    view_id = save(session, sam, is_shared=True)
    actions.change_view(session, ada, view_id=view_id, version=1, definition=BEST)
    with pytest.raises(Conflict, match=f"{ada.full_name} changed this view .*Nothing was saved"):
        deed(session, sam, view_id=view_id, version=1, **values)
    (view,) = seen(session, sam).views
    assert (view.definition, view.version, view.changed_name) == (BEST, 2, ada.full_name)


def test_one_person_in_two_tabs_is_told_too(session: Session, sam: Actor) -> None:
    view_id = save(session, sam)
    assert actions.rename_view(session, sam, view_id=view_id, version=1, name="Fresh") == 2
    with pytest.raises(Conflict, match="You changed this view in another tab"):
        actions.change_view(session, sam, view_id=view_id, version=1, definition=BEST)


def test_a_view_that_stops_being_a_default_was_changed(session: Session, sam: Actor, ada: Actor) -> None:
    one, two = save(session, sam, "One", is_shared=True), save(session, ada, "Two", is_shared=True)
    change(session, actions.set_role_default, ada, one, role="sales")
    seen_version = version(session, one)
    change(session, actions.set_role_default, ada, two, role="sales")
    with pytest.raises(Conflict, match=f"{ada.full_name} changed"):
        actions.rename_view(session, sam, view_id=one, version=seen_version, name="Mine")


def test_changes_are_saved(session: Session, sam: Actor) -> None:
    view_id = save(session, sam)
    change(session, actions.change_view, sam, view_id, definition=BEST)
    change(session, actions.rename_view, sam, view_id, name="  The   best ")
    change(session, actions.pin_view, sam, view_id, is_pinned=True)
    (view,) = seen(session, sam).views
    assert (view.name, view.is_pinned, read_view(view.definition).sort.by) == ("The best", True, SortKey.SCORE)


def test_a_name_is_taken_once_per_person(session: Session, sam: Actor, olga: Actor) -> None:
    save(session, sam)
    save(session, olga)
    with pytest.raises(Conflict):
        save(session, sam)
    other = save(session, sam, "Others")
    with pytest.raises(Conflict):
        change(session, actions.rename_view, sam, other, name="New ones")
    change(session, actions.rename_view, sam, other, name="Others")


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 61])
def test_a_name_has_one_to_sixty_characters(session: Session, sam: Actor, name: str) -> None:
    with pytest.raises(Invalid):
        save(session, sam, name)


def test_a_view_holds_only_so_much(session: Session, sam: Actor) -> None:
    with pytest.raises(Invalid):
        actions.save_view(session, sam, name="All", definition={"filter": ["11215"] * 5_000}, is_shared=False)


def test_a_person_has_only_so_many(session: Session, sam: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_VIEWS", 1)
    save(session, sam)
    with pytest.raises(Conflict):
        save(session, sam, "Another")


def test_people_of_a_role_start_with_its_default(session: Session, sam: Actor, olga: Actor, ada: Actor) -> None:
    view_id = save(session, olga, is_shared=True)
    change(session, actions.set_role_default, ada, view_id, role="sales")
    first = seen(session, sam).first(sam.roles)
    assert first is not None
    assert first.view_id == view_id
    assert seen(session, olga).first(olga.roles) is None


def test_who_chose_a_view_starts_with_that(session: Session, sam: Actor, ada: Actor) -> None:
    of_role, own = save(session, ada, is_shared=True), save(session, sam, "Mine")
    change(session, actions.set_role_default, ada, of_role, role="sales")
    actions.start_with(session, sam, view_id=own)
    assert [getattr(seen(session, sam).first(sam.roles), "view_id", None)] == [own]
    actions.start_with(session, sam, view_id=None)
    assert [getattr(seen(session, sam).first(sam.roles), "view_id", None)] == [of_role]


def test_a_role_has_one_default(session: Session, sam: Actor, ada: Actor) -> None:
    one, two = save(session, ada, "One", is_shared=True), save(session, ada, "Two", is_shared=True)
    change(session, actions.set_role_default, ada, one, role="sales")
    change(session, actions.set_role_default, ada, two, role="sales")
    assert {view.name: view.default_for_role for view in seen(session, sam).views} == {"One": None, "Two": "sales"}


def test_a_default_is_shared_and_of_a_role_that_exists(session: Session, ada: Actor) -> None:
    private, shared = save(session, ada), save(session, ada, "Shared", is_shared=True)
    with pytest.raises(Conflict, match="Share this view first"):
        change(session, actions.set_role_default, ada, private, role="sales")
    with pytest.raises(Invalid):
        change(session, actions.set_role_default, ada, shared, role="pilots")


def test_a_default_stays_until_an_administrator_ends_it(session: Session, sam: Actor, ada: Actor) -> None:
    view_id = save(session, sam, is_shared=True)
    change(session, actions.set_role_default, ada, view_id, role="sales")
    with pytest.raises(Conflict, match="start with this view"):
        change(session, actions.delete_view, sam, view_id)
    with pytest.raises(Conflict, match="start with this view"):
        change(session, actions.share_view, sam, view_id, is_shared=False)
    change(session, actions.set_role_default, ada, view_id, role=None)
    change(session, actions.delete_view, sam, view_id)
    assert names(session, sam) == []


def test_nobody_starts_with_what_they_cannot_see(session: Session, sam: Actor, olga: Actor) -> None:
    with pytest.raises(NotFound):
        actions.start_with(session, sam, view_id=save(session, olga))


def test_columns_are_remembered_per_person(session: Session, sam: Actor, olga: Actor) -> None:
    actions.choose_columns(session, sam, columns=["status", "name"])
    assert (seen(session, sam).columns, seen(session, olga).columns) == (("status", "name"), ())
    actions.choose_columns(session, sam, columns=[])
    assert seen(session, sam).columns == ()


def test_nobody_remembers_more_columns_than_there_are(session: Session, sam: Actor) -> None:
    with pytest.raises(Invalid):
        actions.choose_columns(session, sam, columns=["name"] * 51)


def test_a_link_opens_what_was_seen_with_what_was_searched(session: Session, sam: Actor) -> None:
    link_id = actions.make_link(session, sam, definition=NEW, search="(646) 555-0007")
    view = open_link(session, link_id)
    assert (view.filter.statuses, view.filter.search) == ((LeadStatus.NEW,), "(646) 555-0007")
    assert view.columns == ("name", "status")


def test_what_was_searched_is_kept_encrypted_and_told_to_no_audit(session: Session, sam: Actor) -> None:
    link_id = actions.make_link(session, sam, definition=NEW, search="(646) 555-0007")
    row = session.execute(text("SELECT l::text, search_encrypted FROM list_links l WHERE id = :id"), {"id": link_id})
    kept, sealed = row.one()
    told = session.scalar(text("SELECT details::text FROM audit_log WHERE entity_id = :id"), {"id": str(link_id)})
    assert "555" not in kept + told
    assert b"555" not in bytes(sealed)


def test_a_link_runs_out(session: Session, sam: Actor) -> None:
    link_id = actions.make_link(session, sam, definition=NEW, search="")
    left = session.scalar(text("SELECT expires_at - now() FROM list_links WHERE id = :id"), {"id": link_id})
    assert left is not None
    assert left.days == actions.LINK_DAYS
    session.execute(text("UPDATE list_links SET expires_at = now() WHERE id = :id"), {"id": link_id})
    for gone in (link_id, uuid4()):
        with pytest.raises(NotFound, match="run out"):
            open_link(session, gone)
