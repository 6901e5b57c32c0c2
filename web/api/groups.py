"""Weekly groups in which somebody can still take a seat. Never who else comes."""

from sqlalchemy.orm import Session

from scheduling.group_dates import dates_of, groups_of
from scheduling.group_records import GroupOccurrence
from scheduling.series_records import Series
from web.api.access import api_room, offered_services
from web.api.calls import call
from web.api.fields import Told, ToldTime
from web.api.paging import Key, Page, cut
from web.context import db, now
from web.guards import requires

blueprint = api_room("groups")


class GroupDateTold(Told):
    """One session ahead; `occurrence` is what a place on the waiting list names."""

    occurrence: str
    starts_at: ToldTime
    ends_at: ToldTime
    seats_left: int


class GroupTold(Told):
    """`id` is what a place on the waiting list calls `series`. Times of the week are local to `timezone`."""

    id: str
    title: str
    service: str
    practitioner: str
    timezone: str
    dates: list[GroupDateTold]


class GroupList(Told):
    groups: list[GroupTold]
    next: str | None


@blueprint.get("/groups")
@requires("member")
@call(
    "The weekly groups that you may join and their dates with a seat left, by weekday", GroupList, query=Page
)
def index(query: Page) -> GroupList:
    with db().read() as session:
        slugs = {one.id: one.slug for one in offered_services(session) if one.is_group}
        running = [one for one in groups_of(session, today=now().date()) if one.service_id in slugs]
        found = [(one, dates) for one in running if (dates := _open_dates(session, one))]
    page, following = cut(sorted(found, key=_key), _key, query.cursor, query.limit)
    groups = [_told(one, slugs[one.service_id], dates) for one, dates in page]
    return GroupList(groups=groups, next=following)


def _open_dates(session: Session, series: Series) -> list[GroupOccurrence]:
    coming = dates_of(session, series.id, after=now())
    return [one for one in coming if one.status == "active" and one.taken < one.capacity]


def _key(found: tuple[Series, list[GroupOccurrence]]) -> Key:
    series = found[0]
    return f"{series.weekday}{series.minute_of_day:04}", series.id


def _told(series: Series, slug: str, dates: list[GroupOccurrence]) -> GroupTold:
    return GroupTold(
        id=series.id,
        title=series.title,
        service=slug,
        practitioner=series.practitioner_id,
        timezone=series.timezone,
        dates=[
            GroupDateTold(
                occurrence=one.id,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                seats_left=one.capacity - one.taken,
            )
            for one in dates
        ],
    )
