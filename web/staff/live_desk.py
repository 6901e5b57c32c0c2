"""What the moderation console shows, part by part: a page asks for all of it, an event for one or two."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed
from foundation.columns import new_id
from realtime import words
from realtime.aimed import aimed_at
from realtime.differences import differences
from realtime.eventlog import MOD, PUB, heads, member_stream
from realtime.fairness import in_words
from realtime.figures import fairness_of
from realtime.models import Participant, Room
from realtime.moderating import CLAIM_LASTS
from realtime.presence import count_at_desk, count_here
from realtime.queue import WHOSE, Part, Wanted, counts_of, longest_wait, part_of
from realtime.room import find_participant, find_room, leads
from realtime.snapshot import backstage_of, flags_of, hands_of
from realtime.views import View, desk_room_view
from safety.flags import OUTCOMES
from scheduling.meetings import Meeting, current_occurrence, find_meeting
from web.context import actor, now
from web.live_pages import instant
from web.staff.live_hosting import leading
from web.staff.live_places import people_shown

POLICIES = {"open": "Open", "first_held": "Hold first-timers", "all_held": "Hold all", "closed": "Closed"}
SLOWS = {0: "any time", 60: "every minute", 300: "every 5 min", 900: "every 15 min"}
PANELS = ("bar", "here", "notice", "lane", "hands", "backstage", "people", "fairness", "hosting", "closing")
_ASIDE = 20


def require_leads(session: Session, room: Room) -> None:
    if not leads(session, room, actor()):
        raise NotAllowed("This desk belongs to the moderators of that meeting.")


def look_at_desk(session: Session, slug: str) -> tuple[Meeting, Room]:
    """For parts of a page that is open already: nothing is made, nobody is noted. Raises UnknownRoom."""
    meeting = find_meeting(session, slug)
    room = find_room(session, current_occurrence(session, meeting, now=now()))
    if room is None:
        raise NotAllowed("This desk belongs to the moderators of that meeting.")
    require_leads(session, room)
    return meeting, room


def desk_page(
    session: Session, meeting: Meeting, room: Room, wanted: Wanted, args: Mapping[str, str]
) -> View:
    """Everything for the console. `args` may hold `skip`, `list` and `who`."""
    since = heads(session, room.id, [PUB, MOD])
    return {
        **frame(meeting, room),
        **cards_page(session, room, wanted, args),
        **panels(session, meeting, room, PANELS, args),
        "after": {"pub": since[PUB], "mod": since[MOD], "member": _own_number(session, room)},
    }


def cards_page(session: Session, room: Room, wanted: Wanted, args: Mapping[str, str]) -> View:
    """A page of every part; filters concern what waits, and so does `skip`; `list` skips in the list."""
    at: dict[str, Any] = {"me": actor().person_id, "now": now()}
    waiting = part_of(session, room.id, "waiting", wanted, skip=number(args.get("skip")), **at)
    shown = {
        name: part_of(session, room.id, name, limit=limit, **at)
        for name, limit in (("answering", 3), ("answered", _ASIDE), ("aside", _ASIDE))
    }
    return {
        "waiting": waiting,
        "listed": part_of(session, room.id, "listed", skip=number(args.get("list")), **at),
        **shown,
        "wanted": wanted,
        "turned": lambda skip: urlencode(_question_of(wanted, skip)),
        "names_here": names_if_folded(session, room.id, waiting),
        **heads_page(session, room),
    }


def _question_of(wanted: Wanted, skip: int) -> dict[str, str | int]:
    """The filters and the place of a page, as its address holds them."""
    found: dict[str, str | int] = {
        "why": wanted.why,
        "whose": wanted.whose,
        "words": wanted.words,
        "skip": skip,
    }
    return {name: value for name, value in found.items() if value}


def heads_page(session: Session, room: Room) -> View:
    """The numbers above the parts."""
    since = longest_wait(session, room.id)
    return {"counts": counts_of(session, room.id), "since": since.isoformat() if since else None}


def panels(
    session: Session, meeting: Meeting, room: Room, names: Iterable[str], args: Mapping[str, str]
) -> View:
    """What the named panels need; the ones that are only words of the room need nothing."""
    builders: dict[str, Callable[[], View]] = {
        "here": lambda: _presence(session, room),
        "lane": lambda: {"flags": flags_of(session, room)},
        "hosting": lambda: {"leading": leading(session, room)},
        "hands": lambda: {"hands": hands_of(session, room.id)},
        "backstage": lambda: {"backstage": backstage_of(session, room.id)},
        "people": lambda: {"people": people_shown(session, room.id, args.get("who", ""), now=now())},
        "fairness": lambda: {"fairness": " ".join(in_words(fairness_of(session, room.id, now=now())))},
    }
    found: View = {"only": list(names)}
    for name in names:
        found |= builders[name]() if name in builders else {}
    return found


def frame(meeting: Meeting, room: Room) -> View:
    """What every part of the console may speak of."""
    return {
        "meeting": meeting,
        "room": desk_room_view(room),
        "room_id": room.id,
        "starts_at": room.starts_at,
        "is_early": now() < room.starts_at - timedelta(minutes=15),
        "me_id": actor().person_id,
        **CHOICES,
    }


def waited(since: str) -> str:
    """`2:10`, minutes and seconds."""
    seconds = max(0, int((now() - instant(since)).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def held_by_another(question: View) -> bool:
    """Whether another moderator claimed it within the last two minutes."""
    return question["claimed_by"] != actor().person_id and is_claimed(question)


def is_claimed(question: View) -> bool:
    """Whether somebody's claim has not run out yet."""
    claimed_at = question["claimed_at"]
    return claimed_at is not None and now() < instant(claimed_at) + CLAIM_LASTS


def names_if_folded(session: Session, room_id: str, part: Part | list[View]) -> list[str]:
    """Tonight's names, only when a folded text may be aimed at one of them."""
    cards = part.cards if isinstance(part, Part) else part
    if not any(one["folded"] for one in cards):
        return []
    return list(session.scalars(select(Participant.pseudonym).where(Participant.room_id == room_id)))


CHOICES: dict[str, Any] = {
    "policies": POLICIES,
    "slows": SLOWS,
    "holds": words.HOLDS,
    "whose_choices": WHOSE,
    "returns": words.RETURNS,
    "outcomes": OUTCOMES,
    "held_by_another": held_by_another,
    "is_claimed": is_claimed,
    "waited": waited,
    "aimed_at": aimed_at,
    "differences": differences,
    "new_id": new_id,
}


def _presence(session: Session, room: Room) -> View:
    here = max(count_here(session, room.id, now=now()), 1)
    return {"here": words.present(here), "at_desk": count_at_desk(session, room.id, now=now())}


def _own_number(session: Session, room: Room) -> int:
    """The last number of the moderator's own stream, so that a socket begins where this page ends."""
    mine = find_participant(session, room.id, actor().person_id)
    if mine is None:
        return 0
    stream = member_stream(mine.id)
    return heads(session, room.id, [stream])[stream]


def number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0  # noqa: PLR2004
