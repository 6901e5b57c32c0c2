"""A meeting now, ours or another program's: /meetings.json for finders, and a page of others' lists."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from foundation.timewords import local_date
from scheduling.directory import House, meeting_guide
from scheduling.meeting_guide.looking import Found, look
from scheduling.meeting_guide.sources import directories
from scheduling.meeting_guide.types import (
    CHOICE_WORDS,
    IN_PERSON,
    ONLINE,
    PROGRAMS,
    languages,
    words_for,
)
from web.context import actor_or_none, db, now, settings, viewer_zone
from web.directory_search import NOW, PAGE, Asked, asked
from web.guards import public
from web.staff.elsewhere_words import age
from web.timetable import Entry, entries, visible_meetings

blueprint = Blueprint("directory", __name__)
_MOST_TYPES = 5


@dataclass(frozen=True)
class Line:
    """One meeting of the list; `links` lead away from here."""

    starts_at: datetime
    ends_at: datetime
    name: str
    where: str
    notes: str
    types: Sequence[str]
    source: str
    href: str = ""
    join: str = ""
    phone: str = ""

    @property
    def is_on(self) -> bool:
        return self.starts_at <= now() < self.ends_at


@blueprint.get("/meetings.json")
@public
def guide() -> AnyResponse:
    """The feed that meeting finders poll; anybody's page may read it, since anybody may."""
    house = House(settings().org_name, settings().origin, settings().place)
    with db().read() as session:
        listed = meeting_guide(session, house, now=now())
    body = json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, content_type="application/json; charset=utf-8")
    response.set_etag(sha256(body).hexdigest()[:32])
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response.make_conditional(request)


@blueprint.get("/directory")
@public
def index() -> str:
    wish = asked(request.args)
    with db().read() as session:
        sources = directories(session)
        wanted = wish.wanted(viewer_zone(), now())
        found = look(session, wanted, now=now(), limit=PAGE + 1, skip=wish.page * PAGE)
        ours = _ours(session, wish) if wish.page == 0 else []
    lines = sorted([*ours, *map(_line, found[:PAGE])], key=lambda one: one.starts_at)
    return render_template(
        "meetings/directory.html",
        wish=wish,
        lines=lines,
        has_more=len(found) > PAGE,
        sources=[(one, age(one.fresh_at, now()) if one.fresh_at else "not read yet") for one in sources],
        days=_days(),
        kinds=CHOICE_WORDS,
        languages=languages(),
        places={ONLINE: "Online", IN_PERSON: "In person"},
        programs=PROGRAMS,
    )


def _ours(session: Session, wish: Asked) -> list[Line]:
    """Our own, which are online, in English, and open where strangers see them."""
    if wish.where == IN_PERSON or wish.kind not in {"", "open"} or wish.language not in {"", "EN"}:
        return []
    wanted = wish.wanted(viewer_zone(), now())
    listed = entries(session, visible_meetings(session, actor_or_none()), viewer_zone(), now=now())
    start, end = wanted.span
    return [
        _our_line(one)
        for one in listed
        if start <= one.occurrence.starts_at < end
        and not one.occurrence.cancelled
        and all(
            word in f"{one.occurrence.title} {one.occurrence.summary}".casefold()
            for word in wanted.plain_words
        )
    ]


def _our_line(entry: Entry) -> Line:
    one = entry.occurrence
    types = ["Open to all"] if entry.open_to_all else ["Members"]
    return Line(
        one.starts_at, one.ends_at, one.title, "Online, here", one.summary, types, "", f"/meetings/{one.slug}"
    )


def _line(found: Found) -> Line:
    one = found.meeting
    words = (words_for(one.source.program, code) for code in one.types)
    return Line(
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        name=one.name,
        where=_where(found),
        notes=one.notes,
        types=[word for word in dict.fromkeys(words) if word][:_MOST_TYPES],
        source=one.source.name,
        href=one.link,
        join=one.url,
        phone=one.phone,
    )


def _where(found: Found) -> str:
    one = found.meeting
    if one.url or one.phone:
        return "Online" if one.url else "By phone"
    return ", ".join(part for part in (one.place, one.address) if part)


def _days() -> list[tuple[str, str]]:
    """(value, words) for the next two hours and the seven days from today."""
    today = local_date(now(), viewer_zone())
    named = [f"{today + timedelta(days=number):%A}" for number in range(2, 7)]
    words = ["The next 2 hours", "Later today", "Tomorrow", *named]
    return list(zip([NOW, *map(str, range(7))], words, strict=True))
