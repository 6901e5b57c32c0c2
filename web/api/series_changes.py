"""This date of a series and all that follow, for whoever works here: at another time, or not at all."""

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from scheduling.appointments import NotASlot
from scheduling.series import SeriesConflict
from scheduling.series_changes import cancel_following, change_following
from scheduling.series_refusals import BadSeries, NotInSeries, UnknownSeries
from web.api.access import api_room
from web.api.calls import call
from web.api.fields import Day, Instant, Reason, Sent
from web.api.series import MovedDate, SeriesTold, seen, told_series
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading

blueprint = api_room("series_changes")


class Following(Sent):
    """From the date that the rule gives as `from_date` on, at the local day and time of `starts_at`.

    Dates that were moved or cancelled by themselves stay. With `on_conflict` fail, one date that cannot be
    had refuses all; with skip, such dates are cancelled. `skip` and `moved` choose for single dates.
    """

    from_date: Day
    starts_at: Instant
    on_conflict: Literal["fail", "skip"] = "fail"
    skip: Annotated[list[Day], Field(max_length=53)] = Field(default_factory=list)
    moved: Annotated[list[MovedDate], Field(max_length=53)] = Field(default_factory=list)


class FollowingCancelled(Sent):
    """From the date that the rule gives as `from_date` on, moved ones too."""

    from_date: Day
    reason: Reason = ""


@blueprint.post("/series/<series_id>/change")
@requires("staff")
@call(
    "Put this date and all that follow at another time, whole or not at all",
    SeriesTold,
    body=Following,
    refuses=(UnknownSeries, NotInSeries, SeriesConflict, BadSeries, NotASlot),
)
def change(series_id: str, body: Following) -> SeriesTold:
    def act(session: Session) -> SeriesTold:
        changed = change_following(
            session,
            seen(session, series_id).id,
            body.from_date,
            body.starts_at,
            by=actor().person_id,
            now=now(),
            skip=frozenset(body.skip),
            moved={one.date: one.starts_at for one in body.moved},
            on_conflict=body.on_conflict,
        )
        return told_series(session, changed)

    return _noted(db().change(act))


@blueprint.post("/series/<series_id>/cancel")
@requires("staff")
@call(
    "Cancel this date and all that follow",
    SeriesTold,
    body=FollowingCancelled,
    refuses=(UnknownSeries, NotInSeries),
)
def cancel(series_id: str, body: FollowingCancelled) -> SeriesTold:
    def act(session: Session) -> SeriesTold:
        found, by = seen(session, series_id), actor().person_id
        cancel_following(session, found.id, body.from_date, by=by, reason=body.reason, now=now())
        return told_series(session, found)

    return _noted(db().change(act))


def _noted(answer: SeriesTold) -> SeriesTold:
    """The answer tells a member's dates."""
    if answer.member != actor().person_id:
        note_reading("series.read", "series", answer.id)
    return answer
