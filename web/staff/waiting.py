"""Who waits for what, in the order in which they are asked."""

from flask import Blueprint, flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person, find_person
from auth.permissions import NotYours, may
from scheduling.group_records import GroupOccurrence
from scheduling.series_records import Series
from scheduling.services import Service, list_services, offers
from scheduling.waitlist import WaitlistEntry, find_wait, leave_waitlist, waits_for
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading
from web.waiting_words import WaitWords, wait_words

blueprint = Blueprint("staff_waiting", __name__, url_prefix="/staff/waitlist")
Line = tuple[WaitWords, Person]


@blueprint.get("")
@requires("schedules")
def index() -> str:
    """The services that one gives, and who waits for oneself or for anybody; a coordinator sees all."""
    with db().read() as session:
        lists = [(one, _lines(session, one)) for one in list_services(session) if _is_theirs(session, one.id)]
    names = [person.id for _service, lines in lists for _wait, person in lines]
    note_reading("waits.listed", "people", "waitlist", people=names)
    return render_template("staff/waitlist.html", lists=lists)


@blueprint.post("/<entry_id>/remove")
@requires("schedules")
def remove(entry_id: str) -> Response:
    """For somebody who asked for it; an offer goes to the next."""

    def command(session: Session) -> WaitlistEntry:
        entry = find_wait(session, entry_id)
        if not (_is_theirs(session, entry.service_id) and _is_for_them(session, entry)):
            raise NotYours
        return leave_waitlist(session, entry_id, by=actor().person_id, now=now())

    db().change(command)
    flash("They are off the list.")
    return redirect("/staff/waitlist", 303)


def _is_theirs(session: Session, service_id: str) -> bool:
    return may(actor(), "coordinator") or offers(session, service_id, actor().person_id)


def _is_for_them(session: Session, entry: WaitlistEntry) -> bool:
    """Who waits for a colleague, or a colleague's group, is the colleague's to see."""
    return may(actor(), "coordinator") or _whom(session, entry) in {None, actor().person_id}


def _whom(session: Session, entry: WaitlistEntry) -> str | None:
    if entry.series_id:
        return session.get_one(Series, entry.series_id).practitioner_id
    if entry.occurrence_id:
        return session.get_one(GroupOccurrence, entry.occurrence_id).practitioner_id
    return entry.practitioner_id


def _lines(session: Session, service: Service) -> list[Line]:
    found = [one for one in waits_for(session, service.id, now=now()) if _is_for_them(session, one)]
    return [(wait_words(session, one, now=now()), find_person(session, one.member_id)) for one in found]
