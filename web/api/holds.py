"""A time kept for ten minutes while somebody makes up their mind."""

from datetime import timedelta

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.appointments import BeyondHorizon, NotASlot, OutsideNotice, SlotTaken, hold, release
from scheduling.guest_limit import EnoughAhead
from scheduling.refusals import LimitReached
from scheduling.services import UnknownService
from web.api.access import api_room, asked_practitioner, asked_service
from web.api.calls import call
from web.api.fields import Ident, Instant, Sent, Told, ToldTime
from web.api.refusals import UnknownPractitioner
from web.context import actor, db, now
from web.guards import requires

blueprint = api_room("holds")
NO_SUCH: tuple[type[DomainError], ...] = (UnknownService, UnknownPractitioner)
NOT_FREE: tuple[type[DomainError], ...] = (
    SlotTaken,
    NotASlot,
    OutsideNotice,
    BeyondHorizon,
    LimitReached,
    EnoughAhead,
)


class HoldWish(Sent):
    service: Ident
    practitioner: Ident
    starts_at: Instant


class HoldTold(Told):
    """Nobody else can take the time until `expires_at`. A person holds one time at most."""

    id: str
    service: str
    practitioner: str
    starts_at: ToldTime
    ends_at: ToldTime
    expires_at: ToldTime


@blueprint.post("/holds")
@requires("book.public")
@call(
    "Keep a time for ten minutes, in place of any other you hold",
    HoldTold,
    status=201,
    body=HoldWish,
    refuses=(*NO_SUCH, *NOT_FREE),
)
def keep(body: HoldWish) -> HoldTold:
    return db().change(lambda session: _keep(session, body))


@blueprint.delete("/holds/<hold_id>")
@requires("book.public")
@call("Give a held time back; one that is gone already is no error", None, status=204)
def give_back(hold_id: str) -> None:
    db().change(lambda session: release(session, hold_id, actor().person_id, now=now()))


def _keep(session: Session, wish: HoldWish) -> HoldTold:
    service = asked_service(session, wish.service)
    with_id = asked_practitioner(session, service, wish.practitioner)
    kept = hold(
        session,
        service_id=service.id,
        practitioner_id=with_id,
        member_id=actor().person_id,
        starts_at=wish.starts_at,
        now=now(),
    )
    return HoldTold(
        id=kept.id,
        service=service.slug,
        practitioner=with_id,
        starts_at=wish.starts_at,
        ends_at=wish.starts_at + timedelta(minutes=service.minutes),
        expires_at=kept.expires_at,
    )
