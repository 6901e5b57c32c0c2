"""Waiting for a time or a seat. An offer keeps it for one person until it expires."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from auth.people import Role
from scheduling.group_refusals import AlreadyIn, DateIsOff, UnknownGroup
from scheduling.series_refusals import SeriesConflict
from scheduling.services import UnknownService
from scheduling.waitlist import (
    NoOffer,
    NotForWaiting,
    OfferOver,
    UnknownWait,
    WaitlistEntry,
    WaitState,
    accept_offer,
    decline_offer,
    find_wait,
    join_waitlist,
    leave_waitlist,
    waits_of,
)
from web.api.access import ROOT, api_room, asked_practitioner, asked_service, for_whom
from web.api.appointment_schemas import AppointmentTold, tagged
from web.api.appointments import FOR_WHOM
from web.api.calls import Answer, call
from web.api.fields import Day, Ident, Sent, Told, ToldTime
from web.api.holds import NO_SUCH, NOT_FREE
from web.api.paging import Page, cut
from web.api.refusals import LONGEST_SPAN_DAYS, RangeTooLong
from web.context import actor, db, now
from web.guards import requires

blueprint = api_room("waitlist")
_OFFER = (UnknownWait, NoOffer, OfferOver)
_GROUP = (UnknownService, UnknownGroup, AlreadyIn, DateIsOff, SeriesConflict)
"""What joining a weekly group may end in besides."""


class WaitWish(Sent):
    """For a service with one practitioner or any, for one group session, or for a weekly group (`series`)."""

    service: Ident
    practitioner: Ident | None = None
    occurrence: Ident | None = None
    series: Ident | None = None
    until: Day | None = None
    member: Ident | None = None


class OfferTold(Told):
    """Kept for you alone until `expires_at`."""

    practitioner: str | None
    occurrence: str | None
    starts_at: ToldTime
    expires_at: ToldTime


class WaitTold(Told):
    id: str
    service: str
    practitioner: str | None
    occurrence: str | None
    series: str | None
    until: date | None
    state: WaitState
    offer: OfferTold | None
    created_at: ToldTime


class WaitList(Told):
    waitlist: list[WaitTold]
    next: str | None


@blueprint.get("/waitlist")
@requires("member")
@call("What you wait for, in the order in which you asked", WaitList, query=Page)
def index(query: Page) -> WaitList:
    with db().read() as session:
        found = sorted(waits_of(session, actor().person_id, now=now()), key=_by_age)
    page, following = cut(found, _by_age, query.cursor, query.limit)
    return WaitList(waitlist=[_told(one) for one in page], next=following)


@blueprint.post("/waitlist")
@requires("member")
@call(
    "Wait; asking again for the same thing changes only `until`",
    WaitTold,
    status=201,
    body=WaitWish,
    refuses=(*NO_SUCH, *FOR_WHOM, NotForWaiting, RangeTooLong),
)
def wait(body: WaitWish) -> WaitTold:
    return _told(db().change(lambda session: _join(session, body)))


@blueprint.post("/waitlist/<wait_id>/accept")
@requires("member")
@call(
    "Take what is offered",
    AppointmentTold,
    refuses=(*_OFFER, *NOT_FREE, *_GROUP),
    answer_headers=("ETag", "Location"),
)
def accept(wait_id: str) -> Answer:
    one = db().change(
        lambda session: accept_offer(session, _own(session, wait_id), by=actor().person_id, now=now())
    )
    return tagged(one, Location=f"{ROOT}/appointments/{one.id}")


@blueprint.post("/waitlist/<wait_id>/decline")
@requires("member")
@call("Let the offer go to the next person, and wait on", WaitTold, refuses=_OFFER)
def decline(wait_id: str) -> WaitTold:
    return _told(
        db().change(
            lambda session: decline_offer(session, _own(session, wait_id), by=actor().person_id, now=now())
        )
    )


@blueprint.post("/waitlist/<wait_id>/leave")
@requires("member")
@call("Wait no more; an offer goes to the next person", WaitTold, refuses=(UnknownWait,))
def leave(wait_id: str) -> WaitTold:
    return _told(
        db().change(
            lambda session: leave_waitlist(session, _own(session, wait_id), by=actor().person_id, now=now())
        )
    )


def _join(session: Session, body: WaitWish) -> WaitlistEntry:
    member_id = for_whom(session, body.member)
    service = asked_service(session, body.service)
    if body.until and body.until - now().date() > timedelta(days=LONGEST_SPAN_DAYS):
        raise RangeTooLong
    wanted = body.practitioner
    return join_waitlist(
        session,
        member_id=member_id,
        service_id=service.id,
        practitioner_id=asked_practitioner(session, service, wanted) if wanted else None,
        occurrence_id=body.occurrence,
        series_id=body.series,
        until_date=body.until,
        by=actor().person_id,
        now=now(),
    )


def _own(session: Session, wait_id: str) -> str:
    """Somebody else's looks like one that is not there. Raises UnknownWait."""
    entry = find_wait(session, wait_id)
    if entry.member_id != actor().person_id and Role.COORDINATOR not in actor().roles:
        raise UnknownWait
    return entry.id


def _by_age(one: WaitlistEntry) -> tuple[str, str]:
    return one.created_at.isoformat(), one.id


def _told(one: WaitlistEntry) -> WaitTold:
    return WaitTold(
        id=one.id,
        service=one.service.slug,
        practitioner=one.practitioner_id,
        occurrence=one.occurrence_id,
        series=one.series_id,
        until=one.until_date,
        state=WaitState(one.state),
        offer=_offer(one),
        created_at=one.created_at,
    )


def _offer(one: WaitlistEntry) -> OfferTold | None:
    if one.state != WaitState.OFFERED or one.starts_at is None or one.expires_at is None:
        return None
    return OfferTold(
        practitioner=one.offered_practitioner_id,
        occurrence=one.offered_occurrence_id,
        starts_at=one.starts_at,
        expires_at=one.expires_at,
    )
