"""Four people for one evening: two members, the moderator, the host; and on call, a therapist."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from auth.links import issue_link
from auth.people import Person, Role
from cli.wiring import utc_now
from safety.oncall import add_shift
from scheduling.meetings import add_meeting
from tests.builders.people import a_member, a_moderator, a_person
from tests.house import House

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
_evenings = count(1)
FIVE_MINUTES = timedelta(minutes=5)


@dataclass
class Four:
    """Alma holds a phone; Ben sits at a desk; Jonah moderates; Dana hosts; Ruth is on call."""

    house: House
    slug: str
    title: str
    alma: Person
    ben: Person
    jonah: Person
    dana: Person
    ruth: Person


def four_people(house: House, title: str) -> Four:
    """A meeting that begins in five minutes, and everybody who comes to it: new ones each time."""
    slug = f"evening-of-four-{next(_evenings)}"
    with house.database.write() as session:
        people = Four(
            house, slug, title,
            alma=a_member(session, name="Alma Ferris", timezone="America/Chicago", now=utc_now()),
            ben=a_member(session, name="Ben Morning", now=utc_now()),
            jonah=a_moderator(session, name="Jonah Pell", now=utc_now()),
            dana=a_person(session, Role.PRACTITIONER, name="Dana Reeve", now=utc_now()),
            ruth=a_person(session, Role.PRACTITIONER, name="Ruth Abelson", now=utc_now()),
        )  # fmt: skip
        begins = (utc_now() + FIVE_MINUTES).astimezone(LOS_ANGELES)
        add_meeting(
            session,
            slug=slug,
            title=title,
            timezone=LOS_ANGELES.key,
            weekday=begins.weekday(),
            minute_of_day=begins.hour * 60 + begins.minute,
            minutes=90,
            first_date=begins.date() - timedelta(days=28),
            hosted_by=(people.dana.id,),
            moderated_by=(people.jonah.id,),
            now=utc_now(),
        )
        shift = {"starts_at": utc_now() - FIVE_MINUTES, "ends_at": utc_now() + timedelta(hours=8)}
        add_shift(session, person_id=people.ruth.id, **shift)
    return people


def signs_in(page: Page, house: House, person: Person) -> None:
    """Through a link, as an operator hands it over: how one signs in by mail is told elsewhere."""
    with house.database.write() as session:
        token = issue_link(session, person, now=utc_now())
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
