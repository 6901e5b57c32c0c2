"""Who may do what: one map, read by pages, the live room, the API and the worker alike.

Three refusals: `NotSignedIn` (nobody is there: 401, or the way to sign in), `NotAllowed` (somebody without
the role: 403) and `NotYours` (somebody else's object, which has to look like a missing one: 404).
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from auth.actor import Actor
from auth.people import Role
from foundation.errors import DomainError

Predicate = Callable[[Actor, Any], bool]


class NotSignedIn(DomainError):
    code: ClassVar[str] = "not_signed_in"
    default: ClassVar[str] = "Sign in first. Nothing was changed."


class NeedsSecondFactor(NotSignedIn):
    """Staff who are halfway in: the mail was right, and nothing is theirs before the second step (R8)."""

    code: ClassVar[str] = "needs_second_factor"
    default: ClassVar[str] = "The second step of signing in is missing. Nothing was changed."


class NotAllowed(DomainError):
    code: ClassVar[str] = "not_allowed"
    default: ClassVar[str] = "This page is for other people here."


class NotYours(NotAllowed):
    """The object is there, but not for this person, who must not learn that."""

    code: ClassVar[str] = "not_found"
    default: ClassVar[str] = "There is nothing at this address."


def has(*roles: Role) -> Predicate:
    """Anybody with at least one of these roles."""
    wanted = frozenset(roles)
    return lambda actor, _obj: bool(actor.roles & wanted)


def _signed_in(_actor: Actor, _obj: Any) -> bool:
    return True


def _belongs(actor: Actor, _obj: Any) -> bool:
    """Guests have no role: they proved an address, and see what they booked."""
    return bool(actor.roles)


def _books(actor: Actor, _obj: Any) -> bool:
    return Role.MEMBER in actor.roles or not actor.roles


def _answers(actor: Actor, flag: Any) -> bool:
    """Whoever is called about it, whose appointment it is, who has it, and coordinators."""
    return actor.is_staff and (Role.COORDINATOR in actor.roles or actor.person_id in flag.answering_ids)


def _staff(actor: Actor, _obj: Any) -> bool:
    return actor.is_staff


def _takes_part(actor: Actor, appointment: Any) -> bool:
    parties = {appointment.member_id, appointment.practitioner_id}
    return actor.person_id in parties or Role.COORDINATOR in actor.roles


def _notes(actor: Actor, appointment: Any) -> bool:
    """Saying yes, or whether somebody came, is not for the one it is about."""
    is_own = actor.person_id == appointment.member_id
    return actor.is_staff and not is_own and _takes_part(actor, appointment)


def _reads_form(actor: Actor, appointment: Any) -> bool:
    """What was answered before a session is for the one who holds it."""
    return actor.is_staff and actor.person_id == appointment.practitioner_id


def _moderates(actor: Actor, room: Any) -> bool:
    """Those named for it, as long as they work here, and every moderator."""
    named = room is not None and actor.is_staff and actor.person_id in room.moderator_ids
    return named or Role.MODERATOR in actor.roles


def _reads_record(actor: Actor, room: Any) -> bool:
    """What was done in a room, and who is kept out of it."""
    return _moderates(actor, room) or Role.COORDINATOR in actor.roles


def _keeps_schedule(actor: Actor, schedule: Any) -> bool:
    own = Role.PRACTITIONER in actor.roles and schedule.practitioner_id == actor.person_id
    return own or Role.COORDINATOR in actor.roles


def _cares(actor: Actor, team: Any) -> bool:
    """Who looks after a member reads of them: never oneself, and anybody who practises while nobody does."""
    if actor.person_id == team.member_id:
        return False
    own = actor.person_id in team.practitioner_ids or team.unassigned
    return Role.COORDINATOR in actor.roles or (Role.PRACTITIONER in actor.roles and own)


def _waits(actor: Actor, entry: Any) -> bool:
    return bool(actor.person_id == entry.member_id)


PERMISSIONS: Mapping[str, Predicate] = {
    "member": _signed_in,
    "staff": _staff,
    "practitioner": has(Role.PRACTITIONER),
    "moderator": has(Role.MODERATOR),
    "coordinator": has(Role.COORDINATOR),
    "book": has(Role.MEMBER),
    "care": has(Role.MEMBER),
    "book.public": _books,
    "flag.answer": _answers,
    "form.fill_in": lambda actor, appointment: actor.person_id == appointment.member_id,
    "form.read": _reads_form,
    "book.for_member": has(Role.PRACTITIONER, Role.COORDINATOR),
    "appointment.see": _takes_part,
    "appointment.change": _takes_part,
    "series.see": _takes_part,
    "series.change": _takes_part,
    "appointment.note": _notes,
    "room.join": _belongs,
    "room.moderate": _moderates,
    "room.record": _reads_record,
    "schedule.edit": _keeps_schedule,
    "member.care": _cares,
    "wait.answer": _waits,
    "schedules": has(Role.PRACTITIONER, Role.COORDINATOR),
}


def may(actor: Actor | None, name: str, obj: Any = None) -> bool:
    """Whether `actor` has the permission, on `obj` where it is about one. KeyError for an unknown name."""
    holds = PERMISSIONS[name]
    return actor is not None and holds(actor, obj)


def allow(actor: Actor | None, name: str, obj: Any = None) -> None:
    """Go on, or raise NotSignedIn, NotAllowed or (about an object) NotYours."""
    if may(actor, name, obj):
        return
    if actor is None:
        raise NotSignedIn
    raise NotAllowed if obj is None else NotYours
