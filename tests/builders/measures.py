"""What members answer, for the stories: a full sheet from one number, sent on a day of one's choice."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from scheduling.aftercare.measures.answering import Kept, keep_answers, send_answers
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.measure import CHECK_IN, Kind
from scheduling.aftercare.plan_records import CarePlan, ContactKind, PlannedContact, PlanStatus, PlanTemplate
from scheduling.aftercare.plans import active_plan
from tests.clinic import NOW, Clinic


def answers_of(code: str, points: int = 0, **given: str) -> dict[str, str]:
    """Every question answered with `points`, or as near to it as it goes; `q9="1"` says it of one alone."""
    measure = measures()[code]
    full = {
        item.id: str(min((one.points for one in item.options), key=lambda have: abs(have - points)))
        for item in measure.items
        if item.kind is not Kind.TEXT
    }
    return {**full, **{name.removeprefix("q"): answer for name, answer in given.items()}}


def a_sitting(
    session: Session, member_id: str, code: str, points: int = 0, *, now: datetime, **given: str
) -> Kept:
    """Sent, as a member does."""
    return send_answers(session, member_id, code, answers_of(code, points, **given), now=now)


def a_draft(session: Session, member_id: str, code: str, *, now: datetime, **given: str) -> Kept:
    """Begun and kept, with nothing but what is given."""
    typed = {name.removeprefix("q"): answer for name, answer in given.items()}
    return keep_answers(session, member_id, code, typed, now=now)


def a_check_in(
    session: Session, member_id: str, *, now: datetime, pull: int = 3, mood: int = 6, **given: str
) -> Kept:
    told = {**answers_of(CHECK_IN, 1), "pull": str(pull), "mood": str(mood), **given}
    return send_answers(session, member_id, CHECK_IN, told, now=now)


def a_due_measure(
    session: Session, clinic: Clinic, code: str, day: date, *, until: date | None = None
) -> PlannedContact:
    """What a running plan of Jonah's asks for from that day on, for six days unless said otherwise."""
    kind = ContactKind.CHECK_IN if code == CHECK_IN else ContactKind.MEASURE
    one = PlannedContact(
        plan_id=_running(session, clinic).id,
        member_id=clinic.jonah.id,
        practitioner_id=clinic.dana.id,
        kind=kind.value,
        code=code,
        due_from=day,
        due_by=until or day + timedelta(days=6),
    )
    session.add(one)
    session.flush()
    return one


def _running(session: Session, clinic: Clinic) -> CarePlan:
    found = active_plan(session, clinic.jonah.id)
    if found is not None:
        return found
    template = PlanTemplate(slug="months", title="Months", lines=[], created_at=NOW)
    session.add(template)
    session.flush()
    plan = CarePlan(
        member_id=clinic.jonah.id,
        practitioner_id=clinic.dana.id,
        template_id=template.id,
        timezone=clinic.jonah.timezone,
        starts_on=NOW.date(),
        status=PlanStatus.ACTIVE.value,
        created_at=NOW,
        changed_at=NOW,
        confirmed_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan
