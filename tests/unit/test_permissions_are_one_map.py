"""Who may do what, told role by role."""

from dataclasses import dataclass

import pytest

from auth.people import Role
from auth.permissions import PERMISSIONS, NotAllowed, NotSignedIn, NotYours, allow, may
from tests.builders.people import an_actor

MEMBER, PRACTITIONER = an_actor(Role.MEMBER), an_actor(Role.PRACTITIONER)
MODERATOR, COORDINATOR = an_actor(Role.MODERATOR), an_actor(Role.COORDINATOR)
EVERYBODY = {
    "member": MEMBER,
    "practitioner": PRACTITIONER,
    "moderator": MODERATOR,
    "coordinator": COORDINATOR,
}


@dataclass
class SomeAppointment:
    member_id: str
    practitioner_id: str


@dataclass
class SomeRoom:
    moderator_ids: frozenset[str]


@dataclass
class SomeTeam:
    member_id: str
    practitioner_ids: frozenset[str] = frozenset()
    unassigned: bool = False


@dataclass
class SomeSchedule:
    practitioner_id: str


@pytest.mark.parametrize(
    ("name", "holders"),
    [
        ("member", {"member", "practitioner", "moderator", "coordinator"}),
        ("staff", {"practitioner", "moderator", "coordinator"}),
        ("practitioner", {"practitioner"}),
        ("moderator", {"moderator"}),
        ("coordinator", {"coordinator"}),
        ("book", {"member"}),
        ("book.for_member", {"practitioner", "coordinator"}),
        ("schedules", {"practitioner", "coordinator"}),
        ("room.join", {"member", "practitioner", "moderator", "coordinator"}),
    ],
)
def test_each_permission_has_its_roles(name: str, holders: set[str]) -> None:
    assert {role for role, actor in EVERYBODY.items() if may(actor, name)} == holders


@pytest.mark.parametrize("name", PERMISSIONS)
def test_nobody_at_all_may_do_nothing(name: str) -> None:
    assert not may(None, name)
    with pytest.raises(NotSignedIn):
        allow(None, name)


@pytest.mark.parametrize("name", ["appointment.see", "appointment.change"])
def test_an_appointment_is_for_its_two_people_and_coordinators(name: str) -> None:
    ana, dana, stranger = (an_actor(person_id=who) for who in ("ana", "dana", "stranger"))
    theirs = SomeAppointment("ana", "dana")
    assert may(ana, name, theirs)
    assert may(dana, name, theirs)
    assert may(COORDINATOR, name, theirs)
    assert not may(stranger, name, theirs)
    assert not may(MODERATOR, name, theirs)


def test_a_room_is_moderated_by_those_named_and_by_moderators() -> None:
    room = SomeRoom(frozenset({"dana"}))
    assert may(an_actor(Role.PRACTITIONER, person_id="dana"), "room.moderate", room)
    assert may(MODERATOR, "room.moderate", room)
    assert not may(PRACTITIONER, "room.moderate", room)
    assert not may(COORDINATOR, "room.moderate", room)
    assert not may(an_actor(Role.MEMBER, person_id="dana"), "room.moderate", room), "works here no longer"


def test_hours_are_edited_by_their_own_practitioner_and_coordinators() -> None:
    hours = SomeSchedule("dana")
    assert may(an_actor(Role.PRACTITIONER, person_id="dana"), "schedule.edit", hours)
    assert may(COORDINATOR, "schedule.edit", hours)
    assert not may(PRACTITIONER, "schedule.edit", hours)
    assert not may(an_actor(Role.MEMBER, person_id="dana"), "schedule.edit", hours)


def test_a_member_is_cared_for_by_their_own_practitioners_and_coordinators() -> None:
    team = SomeTeam("ana", frozenset({"dana"}))
    assert may(an_actor(Role.PRACTITIONER, person_id="dana"), "member.care", team)
    assert may(COORDINATOR, "member.care", team)
    assert not may(PRACTITIONER, "member.care", team), "a colleague who never met them"
    assert not may(MODERATOR, "member.care", team)
    assert not may(an_actor(Role.MEMBER, person_id="dana"), "member.care", team), "works here no longer"


def test_whom_nobody_looks_after_any_practitioner_may_admit_but_nobody_themselves() -> None:
    team = SomeTeam("ana", unassigned=True)
    assert may(PRACTITIONER, "member.care", team)
    assert not may(MODERATOR, "member.care", team)
    assert not may(an_actor(Role.PRACTITIONER, Role.COORDINATOR, person_id="ana"), "member.care", team)


def test_a_missing_role_and_a_foreign_object_are_refused_differently() -> None:
    with pytest.raises(NotAllowed) as role:
        allow(MEMBER, "staff")
    with pytest.raises(NotYours) as foreign:
        allow(MEMBER, "appointment.see", SomeAppointment("ana", "dana"))
    assert (role.value.code, foreign.value.code) == ("not_allowed", "not_found")


def test_a_misspelt_permission_is_a_bug_and_never_a_yes() -> None:
    with pytest.raises(KeyError):
        may(COORDINATOR, "stafff")
