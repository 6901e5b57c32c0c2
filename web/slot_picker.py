"""The slot picker: with whom, and when. The same for booking, moving and booking for somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.hours import load_many
from scheduling.openings import FreeTimes, free_times, horizon_of
from scheduling.services import Service, practitioners_of
from scheduling.turns import booked_ahead, shared_out
from web.slot_days import Day, Marked, SlotChoice, days_of
from web.zone_words import where_they_are

ANY = "any"
SHOWN_DAYS = 14
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY


@dataclass(frozen=True)
class Ask:
    """What a picker is asked for; `with_id` and `first` are as somebody typed them into the address.

    `met` says since when the member knows whom, the latest first; `only` leaves a single practitioner.
    A date of something that `repeats` may lie further ahead.
    """

    service: Service
    path: str
    zone: ZoneInfo
    now: datetime
    member_id: str | None
    with_id: str = ""
    first: str = ""
    met: Mapping[str, datetime] = field(default_factory=dict)
    only: str | None = None
    ignoring: str | None = None
    marks: Sequence[Marked] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def horizon(self) -> date:
        """The last date that may have a slot."""
        horizon = horizon_of(self.service, repeats=self.repeats)
        return (self.now + horizon).astimezone(self.zone).date()


@dataclass(frozen=True)
class Someone:
    """A practitioner to choose. `where` says how their clock differs from the viewer's, if it does."""

    id: str
    name: str
    zone: ZoneInfo
    where: str
    first_free: datetime | None
    since: datetime | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True)
class Picker:
    ask: Ask
    people: tuple[Someone, ...]
    with_id: str
    days: tuple[Day, ...]
    first: date
    last: date
    first_free: datetime | None
    next_free: datetime | None

    @property
    def earlier(self) -> date | None:
        return max(self.first - _WEEK, self.ask.today) if self.first > self.ask.today else None

    @property
    def later(self) -> date | None:
        return self.first + _WEEK if self.last < self.ask.horizon else None

    @property
    def someone(self) -> Someone | None:
        """The chosen practitioner; None for whoever is free first."""
        return self.person(self.with_id)

    def person(self, person_id: str) -> Someone | None:
        return next((one for one in self.people if one.id == person_id), None)

    def find(self, starts_at: datetime) -> SlotChoice | None:
        """The free slot on the page that begins then."""
        shown = (choice for one in self.days for choice in one.choices if choice.state == "free")
        return next((choice for choice in shown if choice.starts_at == starts_at), None)

    @property
    def kept(self) -> dict[str, str]:
        """What the next page has to know."""
        return {"with": self.with_id, "from": self.first.isoformat(), **self.ask.extra}

    def link(self, **changes: str) -> str:
        """This page with something else chosen; `with_` stands for `with`, `from_` for `from`."""
        asked = self.kept | {name.rstrip("_"): value for name, value in changes.items()}
        return f"{self.ask.path}?{urlencode(asked)}"


def build_picker(session: Session, ask: Ask) -> Picker:
    """Reads what is free from today to the end of the page, and further only if the page is empty."""
    people = practitioners_of(session, ask.service)
    offered = [one for one in people if ask.only in {None, one.id}]
    first = _first_date(ask)
    last = min(first + (SHOWN_DAYS - 1) * _DAY, max(ask.horizon, first))
    found = _free(session, ask, offered, ask.today, max(last, ask.today + (SHOWN_DAYS - 1) * _DAY))
    with_id = _chosen(ask, offered)
    mine = found if with_id == ANY else found.only(with_id)
    fair = shared_out(mine, booked_ahead(session, [one.id for one in offered], now=ask.now))
    page = [slot for slot in fair if first <= slot.starts_at.astimezone(ask.zone).date() <= last]
    return Picker(
        ask,
        _someones(session, ask, offered, found),
        with_id,
        tuple(days_of(page, first, last, ask.zone, ask.marks)),
        first,
        last,
        first_free=found.first,
        next_free=None if page else _next_free(session, ask, offered, with_id, last),
    )


def _free(session: Session, ask: Ask, people: list[Person], first: date, last: date) -> FreeTimes:
    return free_times(
        session,
        ask.service,
        [one.id for one in people],
        first,
        last,
        ask.zone,
        now=ask.now,
        member_id=ask.member_id,
        ignoring=ask.ignoring,
        repeats=ask.repeats,
    )


def _next_free(session: Session, ask: Ask, people: list[Person], with_id: str, last: date) -> datetime | None:
    wanted = [one for one in people if with_id in {ANY, one.id}]
    return _free(session, ask, wanted, last + _DAY, ask.horizon).first


def _first_date(ask: Ask) -> date:
    """The asked day, kept between today and the horizon; anything else is today."""
    try:
        asked = date.fromisoformat(ask.first)
    except ValueError:
        return ask.today
    return min(max(asked, ask.today), ask.horizon)


def _chosen(ask: Ask, people: list[Person]) -> str:
    ids = [one.id for one in people]
    if len(ids) == 1:
        return ids[0]
    if ask.with_id in {ANY, *ids}:
        return ask.with_id
    return next((one for one in ask.met if one in ids), ANY)


def _someones(session: Session, ask: Ask, people: list[Person], found: FreeTimes) -> tuple[Someone, ...]:
    hours = load_many(session, [one.id for one in people], ask.today, ask.today)
    zones = {one.id: hours[one.id].zone if one.id in hours else ZoneInfo(one.timezone) for one in people}
    return tuple(
        Someone(
            one.id,
            one.name,
            zones[one.id],
            where_they_are(one.name.split()[0], ask.zone, zones[one.id], ask.now),
            found.only(one.id).first,
            ask.met.get(one.id),
        )
        for one in people
    )
