"""Where a person can go from every page: few places, by what the person is."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from auth.actor import Actor
from auth.permissions import may
from web.context import actor_or_none


@dataclass(frozen=True)
class Place:
    """A link of the navigation. `covers` are further paths that belong to it; `needs` is a permission.

    `look`: `nav-steps` is lit on a phone's bar, `desk-only` has no room there and stands in the foot.
    """

    href: str
    icon: str
    text: str
    covers: tuple[str, ...] = ()
    needs: str | None = None
    look: str = ""


@dataclass(frozen=True)
class Link:
    href: str
    icon: str
    text: str
    current: bool
    look: str = ""


HOME = Place("/", "home", "Home")
MEETINGS = Place("/meetings", "meeting", "Meetings", covers=("/directory",))
STRANGERS = (HOME, MEETINGS, Place("/sign-in", "door", "Sign in"))
MEMBERS = (
    HOME,
    MEETINGS,
    Place("/appointments", "calendar", "Calendar", covers=("/book", "/groups", "/waitlist")),
    Place("/care", "plan", "Plan"),
    Place("/care/steps", "steps", "Steps", look="nav-steps"),
    Place("/account", "person", "Account", look="desk-only"),
)
WEEK = (
    *("/staff/book", "/staff/appointments", "/appointments"),
    *("/staff/calendars", "/staff/blocks", "/staff/add"),
)
_PEOPLE = ("/staff/groups", "/staff/waitlist")
STAFF = (
    Place("/staff/worklist", "plan", "Today", needs="schedules"),
    Place("/staff/", "calendar", "Week", covers=WEEK),
    Place("/staff/people", "people", "People", covers=_PEOPLE, needs="book.for_member"),
    Place("/staff/availability", "clock", "Hours", needs="practitioner"),
    Place("/staff/live", "meeting", "Room"),
    Place("/account/calendars", "link", "Feeds", look="desk-only"),
    Place("/admin/services", "edit", "Services", covers=("/admin",), needs="coordinator"),
)
GUESTS = (
    Place("/appointments", "calendar", "Calendar", covers=("/book",)),
    Place("/account", "person", "Account"),
)


def nav_links() -> list[Link]:
    """The links for whoever asks, the one they are at marked."""
    somebody = actor_or_none()
    places = [place for place in _places(somebody) if place.needs is None or may(somebody, place.needs)]
    here = closest(places, request.path)
    return [Link(place.href, place.icon, place.text, place is here, place.look) for place in places]


def _places(somebody: Actor | None) -> tuple[Place, ...]:
    if somebody is None:
        return STRANGERS
    if somebody.is_staff:
        return STAFF
    return MEMBERS if may(somebody, "care") else GUESTS


def closest(places: Sequence[Place], path: str) -> Place | None:
    """The place whose path is the longest beginning of this one."""
    reached = [
        (len(start), place)
        for place in places
        for start in (place.href, *place.covers)
        if _under(path, start)
    ]
    return max(reached, key=lambda pair: pair[0])[1] if reached else None


def _under(path: str, start: str) -> bool:
    if start in {"/", "/staff/"}:
        return path == start
    return path == start or path.startswith(f"{start}/")


def is_let_in() -> bool:
    """Whether the door of a room leads anywhere: not for guests; strangers are asked to sign in there."""
    somebody = actor_or_none()
    return somebody is None or may(somebody, "room.join")
