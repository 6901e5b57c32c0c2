"""Nine members in Dana's care, some weeks or months in: most in touch, one quiet, one who was not reached."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from auth.contact_consents import ContactWay, agree_to_contact
from auth.people import Person
from cli.demo.cast import Clinic
from cli.demo.diary import QUIET
from scheduling.aftercare.admitting import blank_admission, keep_draft
from scheduling.aftercare.contacts import Outcome, note_contact
from scheduling.aftercare.judging import judge_again
from scheduling.aftercare.plan_confirming import confirm_plan
from scheduling.aftercare.plan_contacts import finish_contact
from scheduling.aftercare.plan_records import BY_STAFF, ContactState, PlannedContact
from scheduling.aftercare.templates import lay_default

WEEKS_AGO = (11, 2, 26, 6, 40, 1, 17, 9, 4)
_UNREACHED = 3
"""By their place above, as QUIET, who fell quiet: the one who was not reached twice."""
_UNREACHED_WEEKS, _QUIET_WEEKS = 2, 3
_NOTES = ("Sleeps better, and walks in the mornings.", "A hard week at work.", "Wants to keep the Fridays.")
_AGREED = (
    (
        "Evenings alone are the hardest. Calls her brother early; does well with a plan for each night.",
        "Sleep through. Be home for Sunday pancakes. Say where I was without a pause.",
        "The laptop after ten. Hotel rooms. A day without anybody in it.",
    ),
    (
        "Steady since discharge. Work is the strain; keeps appointments and answers texts.",
        "Keep the job without staying late. A walk each morning.",
        "Deadlines, and the drive home after them.",
    ),
    (
        "Back with her partner since spring. Shame comes first, then silence: ask directly.",
        "Be able to talk about a bad week while it is one.",
        "Quarrels at night. Holidays with the family.",
    ),
    (
        "New to groups, and warms slowly. A call the day before helps.",
        "Know three people by name. Come back after a week missed.",
        "Paydays. Old messages on the phone.",
    ),
)
"""What the assessment says in short, the goals in their words, and what brings it on."""


def put_into_care(clinic: Clinic) -> None:
    """Everybody was admitted by Dana on the day their plan began."""
    lay_default(clinic.session, now=clinic.now - timedelta(weeks=60))
    for member, weeks in zip(clinic.members, WEEKS_AGO, strict=False):
        _admit(clinic, member, clinic.now - timedelta(weeks=weeks))


def follow_the_plans(clinic: Clinic) -> None:
    """What was due so far was done, or tried; then the rules say what they say today."""
    for number, (member, _weeks) in enumerate(zip(clinic.members, WEEKS_AGO, strict=False)):
        _follow(clinic, member, number)
        judge_again(clinic.session, member.id, now=clinic.now)


def _admit(clinic: Clinic, member: Person, then: datetime) -> None:
    session, dana = clinic.session, clinic.staff["dana"].id
    told = blank_admission(session, member.id, by=dana, now=then)
    if told is None:
        return
    words = _AGREED[clinic.members.index(member) % len(_AGREED)]
    kept = replace(told, assessment=words[0], goals=words[1], triggers=words[2])
    keep_draft(session, member.id, kept, seen=None, by=dana, now=then)
    confirm_plan(session, member.id, by=dana, now=then)
    ways = [ContactWay.CALL, ContactWay.TEXT]
    agree_to_contact(session, member.id, ways, by=member.id, now=then)
    member.phone = f"+1312555{100 + clinic.members.index(member):04d}"


def _follow(clinic: Clinic, member: Person, number: int) -> None:
    session, zone = clinic.session, ZoneInfo(member.timezone)
    today = clinic.now.astimezone(zone).date()
    over = PlannedContact.member_id == member.id, PlannedContact.state == ContactState.DUE
    waiting = session.scalars(select(PlannedContact).where(*over, PlannedContact.due_by < today))
    for one in waiting.all():
        at = datetime.combine(one.due_by, time(11), tzinfo=zone)
        weeks = (today - one.due_by).days // 7
        if one.kind not in BY_STAFF or (number == QUIET and weeks < _QUIET_WEEKS):
            finish_contact(session, one.id, state=ContactState.MISSED, by=None, now=at)
        else:
            is_missed = number == _UNREACHED and weeks < _UNREACHED_WEEKS
            _call(clinic, member, one, Outcome.LEFT_WORD if is_missed else Outcome.REACHED, at)


def _call(clinic: Clinic, member: Person, one: PlannedContact, outcome: Outcome, at: datetime) -> None:
    note = clinic.chance.choice(_NOTES) if outcome is Outcome.REACHED else "A word on the machine."
    note_contact(
        clinic.session, member.id, outcome, planned_contact_id=one.id, note=note,
        by=clinic.staff["dana"].id, now=at,
    )  # fmt: skip
