"""What a program may say about repetition, and how many dates that makes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from web.api.refusals import BadRule
from web.api.rrule import read_rule

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = datetime(2027, 1, 5, 20, 0, tzinfo=UTC)
"""Three in the afternoon in New York."""


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("FREQ=WEEKLY;COUNT=12", 12),
        ("COUNT=12;INTERVAL=2;FREQ=WEEKLY", 12),
        ("FREQ=WEEKLY;UNTIL=20270105", 1),
        ("FREQ=WEEKLY;UNTIL=20270118", 2),
        ("FREQ=WEEKLY;UNTIL=20270119", 3),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270119", 2),
        ("FREQ=WEEKLY;UNTIL=20270104", 0),
        ("FREQ=WEEKLY;UNTIL=20270119T200000Z", 3),
        ("FREQ=WEEKLY;UNTIL=20270119T195959Z", 2),
        ("FREQ=WEEKLY;UNTIL=20370101", 522),
    ],
)
def test_a_rule_has_so_many_dates(rule: str, dates: int) -> None:
    assert read_rule(rule).dates(TUESDAY, NEW_YORK) == dates


def test_until_an_instant_counts_the_local_clock_after_the_clocks_have_changed() -> None:
    """In summer three o'clock is 19:00Z."""
    march = "FREQ=WEEKLY;UNTIL=20270316T190000Z"
    assert read_rule(march).dates(TUESDAY, NEW_YORK) == 11


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20270105",
        "FREQ=WEEKLY;COUNT=3;COUNT=4",
        "FREQ=WEEKLY;COUNT=3;BYDAY=TU",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=-1",
        "FREQ=WEEKLY;COUNT=10000000",
        "FREQ=WEEKLY;UNTIL=2027-01-05",
        "FREQ=WEEKLY;UNTIL=20270230",
        "FREQ=WEEKLY;UNTIL=20270119T200000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "freq=weekly;count=3",
        "FREQ=WEEKLY;COUNT=\u0663",
        "FREQ=WEEKLY;COUNT=3;",
    ],
)
def test_anything_else_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        read_rule(rule)
