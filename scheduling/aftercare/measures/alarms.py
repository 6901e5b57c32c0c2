"""An answer that needs a person reaches one the same moment, as words in the room do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from safety.flags import Flag, raise_flag
from safety.screening import Tier, screen
from scheduling.aftercare.measures.measure import Kind, Measure
from scheduling.aftercare.measures.records import MeasureResponse
from scheduling.aftercare.measures.scoring import Answers, alarms_in, said
from scheduling.listening import MEMBER

SOURCE = "measure"
_LONGEST_KEPT = 4000


@dataclass(frozen=True)
class _Heard:
    """`words` are what the alert quotes. A chosen answer may change and is still the same answer."""

    rule: str
    words: str
    is_chosen: bool

    def is_told_by(self, flag: Flag) -> bool:
        """What is kept while somebody types grows from one look to the next: it is one cry, not five."""
        if self.is_chosen:
            return flag.rule == self.rule
        return flag.text in self.words or self.words in flag.text


def hear_answers(
    session: Session, response: MeasureResponse, measure: Measure, answers: Answers, *, now: datetime
) -> bool:
    """Raise a flag for every answer that needs a person, sent or only kept. Says whether there was one.

    One answer of one sitting calls nobody twice while its flag is open; the flag has it as it was last.
    """
    found = [*_alarming(measure, answers), *_in_danger(measure, answers)]
    _tell(session, response, found, now)
    return bool(found)


def hear_words(session: Session, response: MeasureResponse, text: str, *, now: datetime) -> bool:
    """Screen what could not be kept, because it was too long: nobody is lost by that."""
    verdict = screen(text)
    if verdict.tier is not Tier.CRISIS:
        return False
    _tell(session, response, [_Heard(verdict.rule, text[:_LONGEST_KEPT], False)], now)
    return True


def _alarming(measure: Measure, answers: Answers) -> list[_Heard]:
    asked = [(alarm, measure.item(alarm.item)) for alarm in alarms_in(measure, answers)]
    return [
        _Heard(alarm.name, f"{measure.name}: “{item.text}” Answer: “{said(item, answers[item.id])}”", True)
        for alarm, item in asked
    ]


def _in_danger(measure: Measure, answers: Answers) -> list[_Heard]:
    """Each text by itself, so that the alert quotes what was written."""
    texts = [answers.get(item.id, "") for item in measure.items if item.kind is Kind.TEXT]
    heard = [(screen(text), text) for text in texts if text]
    return [_Heard(verdict.rule, text, False) for verdict, text in heard if verdict.tier is Tier.CRISIS]


def _tell(session: Session, response: MeasureResponse, found: Sequence[_Heard], now: datetime) -> None:
    still_open = _open_flags(session, response.id) if found else []
    for heard in found:
        told = next((flag for flag in still_open if heard.is_told_by(flag)), None)
        if told is None:
            _raise(session, response, heard, now)
        elif heard.is_chosen or len(heard.words) > len(told.text):
            told.text = heard.words


def _open_flags(session: Session, response_id: str) -> list[Flag]:
    theirs = Flag.source == SOURCE, Flag.source_id == response_id, Flag.state != "disposed"
    return list(session.scalars(select(Flag).where(*theirs)))


def _raise(session: Session, response: MeasureResponse, heard: _Heard, now: datetime) -> None:
    member = find_person(session, response.member_id)
    raise_flag(
        session,
        place=f"{MEMBER}{member.id}",
        source=SOURCE,
        source_id=response.id,
        person_id=member.id,
        known_as=member.name,
        text=heard.words,
        rule=heard.rule,
        now=now,
    )
