"""axe finds nothing on any page: on a phone by day and at a desk by night, for everybody whose page it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.actor import actor_for
from auth.links import issue_link
from auth.people import Person, Role, people_with
from cli.demo import fill
from foundation.audit import record
from realtime.models import Bar, Room
from safety.crisis_contact import CrisisContact, leave_contact
from safety.flags import claim_flag, raise_flag
from safety.private_line import say_on_line
from safety.reveals import answer_reveal, ask_reveal
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
from scheduling.services import Service
from tests.browser.conftest import DESK, PHONE
from tests.builders.elsewhere import a_calendar_elsewhere, a_list_of_meetings
from tests.house import House, running_house
from web.blueprints import ROOMS

pytestmark = pytest.mark.browser

STRANGER, MEMBER, THERAPIST, MODERATOR = "stranger", "member", "therapist", "moderator"
COORDINATOR = "coordinator"
ROLES = {
    MEMBER: Role.MEMBER,
    THERAPIST: Role.PRACTITIONER,
    MODERATOR: Role.MODERATOR,
    COORDINATOR: Role.COORDINATOR,
}
PAGES = {
    STRANGER: [
        "/",
        "/meetings",
        "/directory",
        "/help",
        "/left",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/<token>",
        "/again/<token>",
        "/book/<slug>/you",
        "/dev/mail",
        "/no-such-page",
    ],
    MEMBER: [
        "/",
        "/groups",
        "/groups/<group_id>",
        "/waitlist",
        "/meetings",
        "/meetings/<slug>",
        "/meetings/<slug>/live",
        "/appointments",
        "/appointments/<appointment_id>",
        "/appointments/<appointment_id>/booked",
        "/appointments/<appointment_id>/move",
        "/appointments/<appointment_id>/cancel",
        "/appointments/<appointment_id>/form",
        "/appointments/series/<series_id>",
        "/appointments/series/<series_id>/cancel",
        "/book",
        "/book/<slug>",
        "/account",
        "/account/contact",
        "/help/line",
        "/help/line/<flag_id>",
        "/account/calendars",
        "/account/calendars/<feed_id>/renew",
        "/account/calendars/<feed_id>/off",
        "/account/calendars/<feed_id>/change",
        "/account/calendars/phones",
        "/account/calendars/phones/<account_id>/end",
    ],
    THERAPIST: [
        "/",
        "/staff/groups",
        "/staff/groups/new",
        "/staff/groups/<group_id>",
        "/staff/groups/<group_id>/dates/<occurrence_id>",
        "/staff/groups/<group_id>/dates/<occurrence_id>/move-to",
        "/staff/waitlist",
        "/staff/",
        "/staff/?view=day",
        "/staff/add",
        "/staff/blocks/<block_id>",
        "/staff/blocks/<block_id>/move-to",
        "/staff/appointments/<appointment_id>",
        "/staff/appointments/<appointment_id>/form",
        "/staff/flags/<flag_id>",
        "/staff/flags/<flag_id>?say=2",
        "/staff/flags/<flag_id>/contact",
        "/staff/appointments/<appointment_id>/move-to",
        "/staff/appointments/<appointment_id>/decline",
        "/staff/appointments/<appointment_id>/move-to?day=2026-12-24&time=07:15",
        "/staff/availability",
        "/staff/availability/off",
        "/staff/availability/elsewhere",
        "/staff/availability/elsewhere/<source_id>/remove",
        "/staff/availability/off?first=2026-12-01&last=2026-12-24",
        "/staff/people",
        "/staff/book",
        "/staff/book/<member_id>",
        "/staff/book/<member_id>/<slug>",
        "/staff/book/<member_id>/<slug>/repeat",
        "/staff/book/<member_id>/<slug>/repeat?slot=<slot>&count=12",
        "/staff/series/<series_id>",
        "/staff/series/<series_id>/change",
        "/staff/series/<series_id>/change?from=<series_date>&day=<series_date>&time=14:00",
        "/staff/series/<series_id>/cancel",
        "/staff/series/<series_id>/cancel?from=<series_date>",
        "/staff/book/<member_id>/<slug>?day=2026-12-24&time=07:15",
        "/account/calendars",
    ],
    COORDINATOR: [
        "/staff/",
        "/staff/calendars",
        "/admin/",
        "/admin/services",
        "/admin/services/new",
        "/admin/services/<service_id>",
        "/admin/forms",
        "/admin/forms/new",
        "/admin/forms/<form_id>",
        "/admin/on-call",
        "/admin/directory",
        "/admin/directory/<list_id>/remove",
        "/admin/meetings",
        "/admin/meetings/new",
        "/admin/meetings/<meeting_id>",
        "/admin/meetings/<meeting_id>/dates/<on>",
    ],
    MODERATOR: [
        "/staff/live",
        "/staff/live/<slug>",
        "/staff/live/<slug>/presenter",
        "/staff/live/<slug>/people",
        "/staff/live/<slug>/bars",
        "/staff/live/<slug>/record",
        "/staff/live/<slug>/record/<day>",
        "/staff/people",
    ],
}
SAYS_WHY = re.compile(r"addict|recover|sober|relapse|detox|rehab|alcohol|drug|substance", re.IGNORECASE)
FOR_PROGRAMS = re.compile(
    r"/api/|/static/|^/dav/|^/\.well-known/|\.(ics|json|txt|<form>)$|/(healthz|readyz|metrics)$|^/dev/mail/<name>$|/(cards|panels|part/<part>)$"
)
LOOKS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "phone by day": (PHONE, "light"),
    "desk by night": (DESK, "dark"),
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo clinic, with people, hours, appointments and meetings in it."""
    with running_house(tmp_path_factory.mktemp("clinic")) as running:
        with running.database.write() as session:
            fill(session, people=12, appointments=60, seed=1, now=datetime.now(UTC))
        yield running


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PAGES)
def test_axe_finds_nothing(clinic: House, chromium: Browser, who: str, look: str) -> None:
    context = an_arrival(chromium, clinic, look)
    try:
        names = sign_in(context, clinic, who)
        found = {path: violations(context, named(path, names)) for path in PAGES[who]}
    finally:
        context.close()
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_the_room_is_open(clinic: House, chromium: Browser, look: str) -> None:
    """The desk with a question waiting, the room with one's own and an answered one, the host's screen."""
    moderator, member = an_arrival(chromium, clinic, look), an_arrival(chromium, clinic, look)
    try:
        sign_in(moderator, clinic, MODERATOR)
        sign_in(member, clinic, MEMBER)
        desk, room = moderator.new_page(), member.new_page()
        desk.on("dialog", lambda dialog: dialog.accept())  # "It starts in 12 minutes. Open the room now?"
        desk.goto("/staff/live/drop-in")
        if desk.get_by_role("button", name="Open the room").count():
            desk.get_by_role("button", name="Open the room").click()
            expect(desk.get_by_role("button", name="Open the room")).to_have_count(0)
        room.goto("/meetings/drop-in/live")
        if room.get_by_role("heading", name="Waiting room").count():
            room.get_by_role("button", name="Go in").click()
        room.get_by_label("Ask the hosts").fill("How do I ask a friend to check on me?")
        room.get_by_role("button", name="Ask", exact=True).click()
        expect(desk.get_by_text("How do I ask a friend to check on me?").first).to_be_visible()
        assert axe(desk) == []
        assert axe(room) == []
        card = desk.locator("[data-region=queue] > li[data-key]").first
        card.get_by_role("button", name="Return").click()
        expect(card.get_by_label("What its author reads")).to_be_visible()
        assert axe(desk) == []
        alone = f"/staff/live/drop-in/questions/{card.get_attribute('data-key')}?do="
        for work in ("edit", "return", "merge", "reply"):
            assert violations(moderator, alone + work) == []
        assert violations(moderator, "/staff/live/drop-in/presenter") == []
    finally:
        moderator.close()
        member.close()


def test_no_page_is_forgotten() -> None:
    """Every address that answers a browser is in the lists above."""
    house = Flask("house", static_folder=None)
    for room in ROOMS:
        house.register_blueprint(room.blueprint)
    rules = {rule.rule for rule in house.url_map.iter_rules() if "GET" in (rule.methods or set())}
    listed = {path for paths in PAGES.values() for path in paths}
    listed.add("/staff/live/<slug>/questions/<question_id>")  # looked at while the room is open
    assert {rule for rule in rules if not FOR_PROGRAMS.search(rule)} - listed == set()


def an_arrival(chromium: Browser, clinic: House, look: str) -> BrowserContext:
    viewport, scheme = LOOKS[look]
    return chromium.new_context(
        base_url=clinic.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
    )


def violations(context: BrowserContext, path: str) -> list[str]:
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("load")
    found = axe(page)
    page.close()
    return found


def axe(page: Page) -> list[str]:
    results = Axe().run(page).response["violations"]
    found = [f"{one['id']}: {node['html'][:120]}" for one in results for node in one["nodes"]]
    return found + outline_faults(page)


def outline_faults(page: Page) -> list[str]:
    """What axe lets pass: none or two first headings, a telling title, a page wider than the screen."""
    found = []
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    if SAYS_WHY.search(page.title()):
        found.append(f"the title says why: {page.title()}")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def sign_in(context: BrowserContext, clinic: House, who: str) -> dict[str, str]:
    """Through a link, as an operator hands it over; then what this person's pages are called."""
    if who == STRANGER:
        return {}
    with clinic.database.write() as session:
        person = min(people_with(session, ROLES[who]), key=lambda one: (len(one.roles), one.name))
        token = issue_link(session, person, now=datetime.now(UTC))
        names = theirs(session, person, now=datetime.now(UTC))
    page = context.new_page()
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_load_state("load")
    page.close()
    return names


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
    return {
        "with_form": with_form.id if with_form else "none",
        "flag_id": _a_flag(session, appointment, person, now) if appointment else "none",
        "service_id": session.scalars(select(Service.id)).first() or "none",
        **_of_a_meeting(session, now),
        "form_id": session.scalars(select(Questionnaire.id)).first() or "none",
        "appointment_id": appointment.id if appointment else "none",
        "feed_id": feed_id,
        "account_id": _an_app_password(session, person, now),
        "block_id": block.id if block else "none",
        "member_id": member.id,
        "day": _a_kept_evening(session, now),
        "source_id": a_calendar_elsewhere(session, person, now=now),
        "list_id": a_list_of_meetings(session, person, now=now),
        **_of_a_group(session, now),
        **dates_of(session, person, ahead),
    }


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
    """An evening of the week before with something in its record, and somebody who is kept away."""
    meeting, day = find_meeting(session, "drop-in"), (now - timedelta(days=7)).date()
    if session.scalar(select(Room.id).where(Room.meeting_id == meeting.id, Room.date == day)) is None:
        begun = now - timedelta(days=7)
        room = Room(meeting_id=meeting.id, date=day, starts_at=begun, ends_at=begun + timedelta(hours=1))
        room.state, room.opened_at, room.closed_at = "closed", begun, begun + timedelta(hours=1)
        session.add(room)
        session.flush()
        record(session, actor=None, action="room.steer", kind="room", object_id=room.id, now=begun)
        member = people_with(session, Role.MEMBER)[-1].id
        why = {"known_as": "Tin Roof", "reason": "Shouted.", "barred_by": member, "barred_at": begun}
        session.add(Bar(meeting_id=meeting.id, person_id=member, **why))
    return day.isoformat()


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
    for name, value in {"slug": slug, "token": "no-longer-good", **names}.items():
        path = path.replace(f"<{name}>", value)
    return path
