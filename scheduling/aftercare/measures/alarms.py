"""An answer that needs a person reaches one the same moment, as words in the room do."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person, find_person
from safety.flags import Flag, raise_flag
from safety.screening import Tier, screen
from scheduling.aftercare.measures.measure import Kind, Measure
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.scoring import Answers, alarms_in, said
from scheduling.listening import MEMBER

SOURCE = "measure"
_LONGEST_KEPT = 4000


def hear_answers(
    session: Session, response: MeasureResponse, measure: Measure, answers: Answers, *, now: datetime
) -> bool:
    """Raise a flag for every answer that needs a person, sent or only kept. Says whether there was one.

    The same answer of one sitting calls nobody twice while its flag is open.
    """
    found = [*_alarming(measure, answers), *_in_danger(measure, answers)]
    if not found:
        return False
    member, known = find_person(session, response.member_id), _open_words(session, response.id)
    for rule, words in found:
        if words not in known:
            _raise(session, response, member, rule, words, now)
    return True


def hear_words(session: Session, response: MeasureResponse, text: str, *, now: datetime) -> bool:
    """Screen what could not be kept, because it was too long: nobody is lost by that."""
    verdict = screen(text)
    if verdict.tier is not Tier.CRISIS:
        return False
    words = text[:_LONGEST_KEPT]
    if words not in _open_words(session, response.id):
        member = find_person(session, response.member_id)
        _raise(session, response, member, verdict.rule, words, now)
    return True


def _alarming(measure: Measure, answers: Answers) -> list[tuple[str, str]]:
    asked = [(alarm, measure.item(alarm.item)) for alarm in alarms_in(measure, answers)]
    return [
        (alarm.name, f"{measure.name}: “{item.text}” Answer: “{said(item, answers[item.id])}”")
        for alarm, item in asked
    ]


def _in_danger(measure: Measure, answers: Answers) -> list[tuple[str, str]]:
    """Each text by itself, so that the alert quotes what was written."""
    texts = [answers.get(item.id, "") for item in measure.items if item.kind is Kind.TEXT]
    heard = [(screen(text), text) for text in texts if text]
    return [(verdict.rule, text) for verdict, text in heard if verdict.tier is Tier.CRISIS]


def _open_words(session: Session, response_id: str) -> set[str]:
    theirs = Flag.source == SOURCE, Flag.source_id == response_id, Flag.state != "disposed"
    return {flag.text for flag in session.scalars(select(Flag).where(*theirs))}


def _raise(
    session: Session, response: MeasureResponse, member: Person, rule: str, words: str, now: datetime
) -> None:
    raise_flag(
        session,
        place=f"{MEMBER}{member.id}",
        source=SOURCE,
        source_id=response.id,
        person_id=member.id,
        known_as=member.name,
        text=words,
        rule=rule[:40],
        now=now,
    )
