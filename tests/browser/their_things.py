"""What the addresses of a person's pages are called in the demo clinic; what is missing there is made."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.actor import actor_for
from auth.authenticator_apps import begin_app
from auth.people import Person, Role, people_with
from foundation.audit import record
from realtime.models import Bar, Room
from safety.crisis_contact import CrisisContact, leave_contact
from safety.flags import claim_flag, raise_flag
from safety.private_line import say_on_line
from safety.reveals import answer_reveal, ask_reveal
from scheduling.aftercare.measures.history import sittings_of
from scheduling.aftercare.plan_records import PlanTemplate
from scheduling.aftercare.supporters import add_supporter, supporters_of
from scheduling.appointments import Appointment
from scheduling.blocks import blocks_of
from scheduling.calendars.accounts import open_account
from scheduling.calendars.feeds import create_feed, kinds_for
from scheduling.calendars.showing import Detail
from scheduling.group_dates import dates_of as coming_dates
from scheduling.group_dates import groups_of
from scheduling.intake import answers_in, form_for, response_of
from scheduling.meetings import find_meeting, occurrences_of
from scheduling.questionnaire_records import Questionnaire
from scheduling.reminder_links import new_link
from scheduling.services import Service
from tests.builders.elsewhere import a_calendar_elsewhere, a_list_of_meetings
from tests.builders.measures import a_sitting


def theirs(session: Session, person: Person, *, now: datetime) -> dict[str, str]:
    """The next appointment of this person, and a calendar link made for the occasion."""
    involved = or_(Appointment.member_id == person.id, Appointment.practitioner_id == person.id)
    ahead = involved, Appointment.status == "booked", Appointment.starts_at > now
    appointment = session.scalars(select(Appointment).where(*ahead).order_by(Appointment.starts_at)).first()
    feeds = [create_feed(session, owner_id=person.id, kind=kind, now=now) for kind in kinds_for(person.roles)]
    feed_id = next((feed.id for feed, _secret in feeds), "none")
    member = people_with(session, Role.MEMBER)[0]
    block = next(iter(blocks_of(session, person.id, now, now + timedelta(days=20))), None)
    with_form = _with_a_form(session, person, now)
    begin_app(session, person.id, now=now)
    return {
        "with_form": with_form.id if with_form else "none",
        "flag_id": _a_flag(session, appointment, person, now) if appointment else "none",
        "service_id": session.scalars(select(Service.id)).first() or "none",
        **_of_a_meeting(session, now),
        "form_id": session.scalars(select(Questionnaire.id)).first() or "none",
        "appointment_id": appointment.id if appointment else "none",
        "answer": new_link(session, appointment) if appointment else "none",
        "feed_id": feed_id,
        "account_id": _an_app_password(session, person, now),
        "response_id": _an_answered_measure(session, member, now),
        "supporter_id": _somebody_beside(session, person, now),
        "block_id": block.id if block else "none",
        "member_id": member.id,
        "person_id": member.id,
        "template_id": session.scalars(select(PlanTemplate.id)).first() or "none",
        "day": _a_kept_evening(session, now),
        "source_id": a_calendar_elsewhere(session, person, now=now),
        "list_id": a_list_of_meetings(session, person, now=now),
        **_of_a_group(session, now),
        **dates_of(session, person, ahead),
    }


def _somebody_beside(session: Session, person: Person, now: datetime) -> str:
    theirs = supporters_of(session, person.id)
    if not theirs:
        told = "Marcus", "+13125550141", "Brother. Any hour."
        theirs = [add_supporter(session, person.id, *told, by=person.id, now=now)]
    return theirs[0].id


def _an_answered_measure(session: Session, member: Person, now: datetime) -> str:
    sent = sittings_of(session, member.id, "phq-9")
    return (
        sent[-1].response_id
        if sent
        else a_sitting(session, member.id, "phq-9", 1, now=now, q9="0").response_id
    )


def _an_app_password(session: Session, person: Person, now: datetime) -> str:
    words = {"title": "My phone", "wording": "Appointment"}
    return open_account(session, person.id, detail=Detail.WORD, now=now, **words)[0].id


def dates_of(session: Session, person: Person, ahead: tuple[Any, ...]) -> dict[str, str]:
    """The next date of a series of this person, and its time as a choice of the picker."""
    of_series = (
        Appointment.series_id.is_not(None),
        Appointment.occurrence_id.is_(None),
        ~Appointment.exception,
    )
    one = session.scalars(
        select(Appointment).where(*ahead, *of_series).order_by(Appointment.starts_at)
    ).first()
    if one is None or one.series_date is None:
        return {}
    slot = f"{one.practitioner_id}.{one.starts_at:%Y%m%dT%H%MZ}"
    return {"series_id": str(one.series_id), "series_date": one.series_date.isoformat(), "slot": slot}


def _of_a_meeting(session: Session, now: datetime) -> dict[str, str]:
    """The drop-in hour, and its next date but one."""
    meeting = find_meeting(session, "drop-in")
    coming = occurrences_of(meeting, now + timedelta(days=1), now + timedelta(days=30))
    return {"meeting_id": meeting.id, "on": coming[0].date.isoformat()}


def _a_kept_evening(session: Session, now: datetime) -> str:
    """An evening of the week before with something in its record, and somebody who is kept away.

    One serves everybody, also when midnight has passed since it was made.
    """
    meeting = find_meeting(session, "drop-in")
    kept = session.scalar(select(Room.date).where(Room.meeting_id == meeting.id, Room.state == "closed"))
    if kept is not None:
        return kept.isoformat()
    begun = now - timedelta(days=7)
    room = Room(meeting_id=meeting.id, date=begun.date(), starts_at=begun, ends_at=begun + timedelta(hours=1))
    room.state, room.opened_at, room.closed_at = "closed", begun, begun + timedelta(hours=1)
    session.add(room)
    session.flush()
    record(session, actor=None, action="room.steer", kind="room", object_id=room.id, now=begun)
    member = people_with(session, Role.MEMBER)[-1].id
    why = {"known_as": "Tin Roof", "reason": "Shouted.", "barred_by": member, "barred_at": begun}
    session.add(Bar(meeting_id=meeting.id, person_id=member, **why))
    return room.date.isoformat()


def _of_a_group(session: Session, now: datetime) -> dict[str, str]:
    """The demo's weekly group, which Dana leads, and its next date."""
    one = groups_of(session, today=now.date())[0]
    return {"group_id": one.id, "occurrence_id": coming_dates(session, one.id, after=now)[0].id}


def _with_a_form(session: Session, person: Person, now: datetime) -> Appointment | None:
    """One of theirs that a form comes before: still to be filled in by the member, sent to the therapist."""
    theirs = or_(Appointment.member_id == person.id, Appointment.practitioner_id == person.id)
    ahead = session.scalars(select(Appointment).where(theirs, Appointment.starts_at > now))
    asked = [one for one in ahead if form_for(session, one) is not None and not one.is_cancelled]
    sent = {one.id: answers_in(response_of(session, one)) for one in asked}
    return next((one for one in asked if bool(sent[one.id]) is person.is_staff), None)


def _a_flag(session: Session, appointment: Appointment, person: Person, now: datetime) -> str:
    """An alert about what was written around an appointment; nobody in the demo is in danger by itself.

    Staff are with the person, have spoken with them, and may see the contact they left.
    """
    flag = raise_flag(
        session,
        place=f"appointment:{appointment.id}",
        source="booking_note",
        source_id=None,
        person_id=appointment.member_id,
        known_as="Somebody",
        text="Words.",
        rule="named",
        now=now,
    )
    if person.is_staff:
        _be_with(session, flag.id, appointment.member_id, person, now)
    return flag.id


def _be_with(session: Session, flag_id: str, member_id: str, helper: Person, now: datetime) -> None:
    leave_contact(session, member_id, CrisisContact(name="June", name_phone="+13125550142"), now=now)
    claim_flag(session, flag_id, by=helper.id, now=now)
    say_on_line(session, flag_id, actor_for(helper), "I am here.", from_team=True, now=now)
    ask_reveal(session, flag_id, by=helper.id, reason="They went quiet.", now=now)
    another = people_with(session, Role.COORDINATOR)[0]
    answer_reveal(session, flag_id, by=another.id, agreed=True, now=now)


def named(path: str, names: dict[str, str]) -> str:
    """A real address for a rule: the demo's own service and meeting, and this person's things."""
    slug = "follow-up" if "/book/" in path else "drop-in"
    if path.endswith("/you"):
        slug, path = "first-conversation", f"{path}?slot=somebody.20270105T2000Z"
    if path.endswith("/form"):
        names = names | {"appointment_id": names["with_form"]}
    if path.startswith("/r/"):
        names = names | {"token": names["answer"]}
    for name, value in {"slug": slug, "token": "no-longer-good", "code": "phq-9", **names}.items():
        path = path.replace(f"<{name}>", value)
    return path
