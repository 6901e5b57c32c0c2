"""What the page of an admission begins from, and what a sent form means beside the draft that is kept."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from auth.people import Person, Role, people_with
from auth.permissions import may
from scheduling.aftercare.admitting import Admission, admission_of, blank_admission
from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.plans import draft_of
from scheduling.aftercare.templates import UnknownTemplate, find_template, lines_of, offered_templates
from web.context import actor, now
from web.staff.admit_form import AdmissionForm
from web.staff.admit_view import offer_choices, offered, usual_services


def told_so_far(session: Session, member: Person) -> Admission:
    """The draft, or what a sitting begins with: the person who asks, their usual services, today."""
    draft = draft_of(session, member.id)
    if draft is not None:
        return admission_of(draft)
    begun = blank_admission(session, member.id, by=_practitioner(session), now=now())
    if begun is None:
        raise UnknownTemplate
    regular, follow_up = usual_services(offered(session, begun.practitioner_id))
    arranged = replace(begun.arrangement, regular_service=regular, follow_up_service=follow_up)
    return replace(begun, arrangement=arranged)


def _practitioner(session: Session) -> str:
    """Whoever asks, if they practise; a coordinator admits for the first who does, and chooses another."""
    if may(actor(), "practitioner"):
        return actor().person_id
    return next((one.id for one in people_with(session, Role.PRACTITIONER)), actor().person_id)


def blank_form(session: Session, told: Admission) -> AdmissionForm:
    form = AdmissionForm()
    offer_choices(form, offered(session, told.practitioner_id), _lines(session, told))
    return form


def sent_form(session: Session, before: Admission) -> AdmissionForm:
    """What was typed, with the choices that belong to the schedule and the therapist chosen in it."""
    form = AdmissionForm.sent()
    asked = replace(
        before,
        practitioner_id=_known_practitioner(session, form.practitioner.data) or before.practitioner_id,
        template_id=_known_template(session, form.template.data) or before.template_id,
    )
    form.practitioner.data, form.template.data = asked.practitioner_id, asked.template_id
    offer_choices(form, offered(session, asked.practitioner_id), _lines(session, asked))
    return form


def _known_practitioner(session: Session, sent: str | None) -> str | None:
    return next((one.id for one in people_with(session, Role.PRACTITIONER) if one.id == sent), None)


def _known_template(session: Session, sent: str | None) -> str | None:
    return next((one.id for one in offered_templates(session) if one.id == sent), None)


def _lines(session: Session, told: Admission) -> Sequence[ContactLine]:
    return lines_of(find_template(session, told.template_id))


def settled_anew(told: Admission, before: Admission | None) -> Admission:
    """Without what was chosen for single dates, where the dates are others now; a new schedule asks all."""
    if before is None or _ground(told) == _ground(before):
        return told
    codes = told.arrangement.codes if told.template_id == before.template_id else None
    return replace(told, arrangement=replace(told.arrangement, choices={}, codes=codes))


def _ground(told: Admission) -> tuple[object, ...]:
    """All that the usual dates follow from."""
    usual = told.arrangement
    services = usual.regular_service, usual.follow_up_service
    return told.practitioner_id, told.template_id, told.starts_on, *services, usual.weekday, usual.minute
