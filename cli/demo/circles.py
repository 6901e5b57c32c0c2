"""The demo's weekly group with seats, nearly full, and a member to whom a time is offered right now."""

from datetime import date, datetime, timedelta

from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.appointment_records import Appointment, Status
from scheduling.appointments import Book, book, cancel
from scheduling.group_records import GroupOccurrence
from scheduling.groups import add_group
from scheduling.memberships import join_group
from scheduling.openings import openings
from scheduling.recurrence import lenient_local
from scheduling.services import Service, add_service
from scheduling.waitlist import join_waitlist

TUESDAY, SIX_PM = 1, 18 * 60
SEATS, IN_IT = 8, 7
HALF_A_YEAR, FEWEST, USUAL = 26, 5, 0.9
SOON = timedelta(days=3)
FURTHER = timedelta(days=14)


def add_circle(clinic: Clinic, follow_up: Service) -> None:
    """Dana's Tuesday circle has one seat left; Alma waited for Dana, and somebody has just cancelled."""
    circle = add_service(
        clinic.session,
        slug="small-group",
        name="Small group",
        summary="An hour a week with the same few people, and a seat of your own.",
        minutes=60,
        gap_minutes=15,
        notice_minutes=120,
        seats=SEATS,
        practitioner_ids=[clinic.staff["dana"].id],
    )
    _meet_on_tuesdays(clinic, circle)
    _remember_tuesdays(clinic, circle)
    _offer_a_time(clinic, follow_up)


def _meet_on_tuesdays(clinic: Clinic, circle: Service) -> None:
    dana = clinic.staff["dana"]
    tomorrow = local_date(clinic.now, find_zone(dana.timezone)) + timedelta(days=1)
    group = add_group(
        clinic.session,
        service_id=circle.id,
        practitioner_id=dana.id,
        title="Tuesday circle",
        timezone=dana.timezone,
        weekday=TUESDAY,
        minute_of_day=SIX_PM,
        minutes=circle.minutes,
        first_date=tomorrow,
        by=dana.id,
        now=clinic.now,
    )
    for member in clinic.members[1 : 1 + IN_IT]:
        join_group(
            clinic.session,
            group.id,
            member.id,
            from_date=tomorrow,
            on_conflict="skip",
            by=member.id,
            now=clinic.now,
        )


def _remember_tuesdays(clinic: Clinic, circle: Service) -> None:
    """The half year before, as it was noted: most seats taken, and now and then somebody missed."""
    dana = clinic.staff["dana"]
    zone = find_zone(dana.timezone)
    last = _tuesday_before(local_date(clinic.now, zone))
    for week in range(HALF_A_YEAR):
        day = last - week * timedelta(weeks=1)
        _hold(clinic, circle, lenient_local(day, SIX_PM, zone))
    clinic.session.flush()


def _hold(clinic: Clinic, circle: Service, at: datetime) -> None:
    known = clinic.members[1 : 1 + IN_IT]
    came = clinic.chance.sample(known, min(len(known), clinic.chance.randint(FEWEST, IN_IT)))
    held = {"practitioner_id": clinic.staff["dana"].id, "service_id": circle.id}
    span = {"starts_at": at, "ends_at": at + timedelta(minutes=circle.minutes), "changed_at": at}
    one = GroupOccurrence(**held, **span, capacity=SEATS, taken=len(came))
    clinic.session.add(one)
    clinic.session.flush()
    for member in came:
        status = Status.FULFILLED if clinic.chance.random() < USUAL else Status.NOSHOW
        seat = Appointment(
            **held, **span, member_id=member.id, booked_by=member.id, occurrence_id=one.id,
            status=status.value, created_at=at - FURTHER,
        )  # fmt: skip
        clinic.session.add(seat)


def _tuesday_before(today: date) -> date:
    return today - timedelta(days=(today.weekday() - TUESDAY - 1) % 7 + 1)


def _offer_a_time(clinic: Clinic, follow_up: Service) -> None:
    """Booked, waited for, cancelled: then the time is Alma's to take."""
    dana, alma = clinic.staff["dana"], clinic.members[0]
    zone = find_zone(dana.timezone)
    first = local_date(clinic.now + SOON, zone)
    span = first, first + FURTHER
    slots = openings(clinic.session, follow_up, [dana.id], *span, zone, now=clinic.now, member_id=alma.id)
    others = [one for one in clinic.members if one is not alma]
    if not slots or not others:
        return
    join_waitlist(
        clinic.session,
        member_id=alma.id,
        service_id=follow_up.id,
        practitioner_id=dana.id,
        by=alma.id,
        now=clinic.now - SOON,
    )
    for member in others:
        free = openings(
            clinic.session, follow_up, [dana.id], *span, zone, now=clinic.now, member_id=member.id
        )
        shared = [slot for slot in slots if slot in free]
        if shared:
            order = Book(follow_up.id, dana.id, member.id, shared[0].starts_at, booked_by=member.id)
            booked = book(clinic.session, order, now=clinic.now)
            cancel(clinic.session, booked.id, by=member.id, now=clinic.now)
            return
