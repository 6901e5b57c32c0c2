"""A weekly group as its leader sees it: the dates, who is in it, and what needs a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person, find_person
from scheduling.group_dates import (
    Missing,
    dates_of,
    find_group,
    members_on,
    missing_dates,
    why_it_stands_still,
)
from scheduling.group_records import GroupOccurrence, Membership
from scheduling.memberships import without_a_seat
from scheduling.seats import members_in
from scheduling.series_records import Series
from scheduling.services import Service, service_of
from scheduling.waitlist import waits_for


@dataclass(frozen=True)
class DateLine:
    """One date, and who sits there. `kept` seats are held or offered to somebody."""

    occurrence: GroupOccurrence
    people: tuple[Person, ...]
    lacking: tuple[Person, ...]

    @property
    def kept(self) -> int:
        return self.occurrence.taken - len(self.people)

    @property
    def is_off(self) -> bool:
        return self.occurrence.status != "active"


@dataclass(frozen=True)
class GroupView:
    series: Series
    service: Service
    leader: Person
    dates: tuple[DateLine, ...]
    missing: tuple[Missing, ...]
    members: tuple[tuple[Membership, Person], ...]
    waiting: int
    stopped: str

    @property
    def next(self) -> DateLine | None:
        return next((one for one in self.dates if not one.is_off), None)

    @property
    def people(self) -> list[str]:
        """Everybody whose name is on the page, for the reading trail."""
        seated = {person.id for line in self.dates for person in line.people}
        return sorted(seated | {person.id for _membership, person in self.members})


def group_view(session: Session, series: Series, *, now: datetime) -> GroupView:
    lacking: dict[str, list[Person]] = {}
    for there, member_id in without_a_seat(session, series.id, now=now):
        lacking.setdefault(there.id, []).append(find_person(session, member_id))
    coming = [one for one in dates_of(session, series.id, after=now) if _is_told(series, one)]
    dates = [_line(session, one, lacking.get(one.id, ())) for one in coming]
    members = [(one, find_person(session, one.member_id)) for one in _members(session, series, now)]
    return GroupView(
        series,
        service_of(session, series.service_id),
        find_person(session, series.practitioner_id),
        tuple(dates),
        tuple(missing_dates(session, series, now=now)),
        tuple(sorted(members, key=lambda pair: pair[1].name)),
        sum(one.series_id == series.id for one in waits_for(session, series.service_id, now=now)),
        _stopped(session, series),
    )


def date_line(session: Session, series_id: str, occurrence_id: str) -> DateLine | None:
    """One date of this group; None when it is another's."""
    there = session.get(GroupOccurrence, occurrence_id)
    if there is None or there.series_id != find_group(session, series_id).id:
        return None
    lacking = [
        find_person(session, one.member_id)
        for one in members_on(session, series_id, there.series_date or there.starts_at.date())
        if one.member_id not in {seated.member_id for seated in members_in(session, there.id)}
    ]
    return _line(session, there, lacking)


def _stopped(session: Session, series: Series) -> str:
    """Why no new dates come and what to do, in a sentence each; empty while all is well."""
    leader = find_person(session, series.practitioner_id).name
    service = service_of(session, series.service_id).name
    said = {
        "left": (f"{leader} has left.", "End it, and add it anew with whoever leads it now."),
        "retired": (f"{service} is not offered any more.", "Offer it again, or end the group."),
        "not_given": (f"{leader} does not give {service} any more.", "Change that, or end the group."),
    }
    why = why_it_stands_still(session, series)
    return " It gets no new dates. ".join(said[why]) if why else ""


def _is_told(series: Series, there: GroupOccurrence) -> bool:
    """What was called off by itself is; what the end of the group took along is not."""
    after_the_end = series.until_date and there.series_date and there.series_date > series.until_date
    return there.status == "active" or not after_the_end


def _line(session: Session, there: GroupOccurrence, lacking: Sequence[Person]) -> DateLine:
    people = sorted((one.member for one in members_in(session, there.id)), key=lambda one: one.name)
    return DateLine(there, tuple(people), tuple(lacking))


def _members(session: Session, series: Series, now: datetime) -> Sequence[Membership]:
    """Those who belong to it now or will."""
    open_ended = Membership.until_date.is_(None) | (Membership.until_date >= now.date())
    rows = select(Membership).where(Membership.series_id == series.id, open_ended)
    return session.scalars(rows).all()
