"""The year before: who came to the meetings, and sessions that were held or missed, as they were noted."""

from datetime import datetime, timedelta

from auth.people import Person
from cli.demo.cast import Clinic
from cli.demo.diary import QUIET
from foundation.zones import find_zone
from scheduling.appointment_records import Appointment, Status
from scheduling.attendance_journal import Held, note_room
from scheduling.meetings import Meeting, occurrences_of
from scheduling.recurrence import lenient_local
from scheduling.services import Service

_YEAR, _LATELY = timedelta(days=375), timedelta(weeks=5)
_DAY, _HOUR, _WEEK = timedelta(days=1), timedelta(hours=1), timedelta(weeks=1)
_COMING = 20
"""The first so many members come to the meetings."""
_MEMBERS_A_SESSION = 3
"""Each week one session for so many members."""
_WAITS = (1, 2, 3, 3, 4, 6, 9, 13)
_ENDED = (*[Status.FULFILLED] * 7, Status.NOSHOW, Status.CANCELLED)


def remember_a_year(clinic: Clinic, meeting: Meeting, service: Service) -> None:
    """Before the rules look: attendance counts in them."""
    likely = [clinic.chance.uniform(0.2, 0.85) for _ in clinic.members[:_COMING]]
    for week in range(1, _YEAR // _WEEK):
        _attend(clinic, _held(clinic, meeting, week), likely)
    for week in range(int((_YEAR - _LATELY) / _WEEK)):
        for number in range(len(clinic.members) // _MEMBERS_A_SESSION):
            _meet(clinic, service, clinic.now - _LATELY - week * _WEEK - number / 2 * _DAY)
    clinic.session.flush()


def _held(clinic: Clinic, meeting: Meeting, weeks_ago: int) -> Held:
    """The evening so many weeks before the last one, also from before the demo's own meetings begin."""
    last = occurrences_of(meeting, clinic.now - _WEEK - _DAY, clinic.now - 3 * _HOUR)[-1]
    day = last.date - weeks_ago * _WEEK
    return Held(meeting.id, day, lenient_local(day, meeting.minute_of_day, find_zone(meeting.timezone)))


def _attend(clinic: Clinic, one: Held, likely: list[float]) -> None:
    quiet = one.starts_at > clinic.now - _LATELY
    came = {
        member.id: clinic.chance.randint(35, 90)
        for number, (member, chance) in enumerate(zip(clinic.members, likely, strict=False))
        if clinic.chance.random() < chance and not (quiet and number == QUIET)
    }
    note_room(clinic.session, one, came, now=one.starts_at + 2 * _HOUR)


def _meet(clinic: Clinic, service: Service, about: datetime) -> None:
    at = about.replace(hour=clinic.chance.randint(17, 22), minute=0, second=0, microsecond=0)
    member: Person = clinic.chance.choice(clinic.members)
    booked = at - clinic.chance.choice(_WAITS) * _DAY - clinic.chance.randint(1, 9) * _HOUR
    clinic.session.add(
        Appointment(
            service_id=service.id,
            practitioner_id=clinic.chance.choice(clinic.therapists).id,
            member_id=member.id,
            booked_by=member.id,
            starts_at=at,
            ends_at=at + service.minutes * timedelta(minutes=1),
            status=clinic.chance.choice(_ENDED).value,
            created_at=booked,
            changed_at=at,
        )
    )
