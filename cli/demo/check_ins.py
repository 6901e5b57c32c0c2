"""What some members of the demo have answered over three months: weeks better and worse, as they are."""

from datetime import timedelta

from cli.demo.care import WEEKS_AGO
from cli.demo.cast import Clinic
from scheduling.aftercare.measures.answering import send_answers
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.measures.measure import CHECK_IN

_WEEKS = (
    *((10, 7, 3), (9, 7, 4), (8, 6, 4), (7, 6, 5)),
    *((5, 5, 6), (4, 6, 4), (3, 5, 5), (2, 4, 5), (1, 3, 6)),
)
"""Weeks ago, pull, mood, from the second week of the plan on. Nothing was sent six weeks ago."""
_LINES = {5: "A wedding, and an early way home.", 1: "Pancakes again."}
_MONTHS = ((76, 2, 1), (44, 1, 2), (14, 1, 1))
"""Days ago, each while the plan asked, and how often the two measures were answered above nought."""
_MOST_ANSWER = 8
_LATELY, _NOW_AND_THEN = 10, 4


def answer_for_three_months(clinic: Clinic) -> None:
    """Alma keeps in touch nearly every week; some others answer now and then."""
    _check_ins(clinic, clinic.members[0].id)
    _measures(clinic, clinic.members[0].id)
    for member, begun in zip(clinic.members[1:_MOST_ANSWER], WEEKS_AGO[1:_MOST_ANSWER], strict=False):
        asked = range(1, min(begun, _LATELY))
        weeks = clinic.chance.sample(asked, min(len(asked), _NOW_AND_THEN))
        for week in sorted(weeks, reverse=True):
            _check_in(clinic, member.id, week, clinic.chance.randint(1, 7), clinic.chance.randint(3, 8))


def _check_ins(clinic: Clinic, member_id: str) -> None:
    for week, pull, mood in _WEEKS:
        _check_in(clinic, member_id, week, pull, mood)


def _check_in(clinic: Clinic, member_id: str, week: int, pull: int, mood: int) -> None:
    beside = {"sleep": str(min(3, mood // 2)), "contact": "1", "meetings": "1" if mood < pull else "2"}
    told = {"pull": str(pull), "mood": str(mood), "line": _LINES.get(week, ""), **beside}
    _send(clinic, member_id, CHECK_IN, told, week * 7 - 1)


def _measures(clinic: Clinic, member_id: str) -> None:
    for ago, low, worried in _MONTHS:
        for code, points in (("phq-9", low), ("gad-7", worried)):
            counted = [item.id for item in measures()[code].items if item.counts]
            told = {one: "0" if one == "9" else str(points) for one in counted}
            _send(clinic, member_id, code, {**told, counted[1]: "1"}, ago)


def _send(clinic: Clinic, member_id: str, code: str, told: dict[str, str], ago: int) -> None:
    send_answers(clinic.session, member_id, code, told, now=clinic.now - timedelta(days=ago))
