"""What our own rules make of one member's day: who needs somebody, and whose rhythm might change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.aftercare.facts import FIGURES, Facts, Reading, figures
from scheduling.aftercare.rules import Finding, judge, step_found
from scheduling.aftercare.rules_file import OURS, read_care_rules

TODAY = date(2026, 11, 27)
RULES = read_care_rules(OURS)
days = st.integers(0, 400).map(lambda ago: TODAY - timedelta(days=ago))
readings = st.lists(st.builds(Reading, days, st.integers(0, 27), st.integers(0, 4)), max_size=6)


def ago(number: int) -> date:
    return TODAY - timedelta(days=number)


def well(**more: object) -> Facts:
    """Half a year in, in touch, at a meeting each week, nothing to see."""
    weekly = [ago(number) for number in range(175, 0, -7)]
    facts = Facts(
        today=TODAY, began=ago(180), kept=weekly, last_sign=ago(1), meetings=weekly,
        readings={"phq-9": [Reading(ago(60), 4, 0), Reading(ago(30), 3, 0), Reading(ago(2), 3, 0)]},
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]


def found(facts: Facts) -> dict[str, Finding]:
    return {one.rule.name: one for one in judge(facts, RULES)}


def step(facts: Facts, level: int = 0) -> int:
    return step_found(judge(replace(facts, level=level), RULES), level)[0]


def test_whoever_is_well_for_twelve_weeks_may_be_called_less_often() -> None:
    assert list(found(well())) == ["steady"]
    assert step(well()) == -1
    assert step(well(), level=-1) == 0


def test_eleven_weeks_are_not_twelve() -> None:
    assert found(well(began=ago(12 * 7 - 1))) == {}
    assert found(well(began=ago(12 * 7)))


def test_without_company_nobody_is_called_less_often() -> None:
    assert "steady" not in found(well(meetings=()))


def test_two_missed_in_a_row_ask_for_more_and_one_does_not() -> None:
    assert "missed-contacts" not in found(well(unkept=[ago(0)]))
    missed = well(unkept=[ago(6), ago(3)], kept=[ago(20)])
    assert found(missed)["missed-contacts"].words == "2 contacts in a row did not come about"
    assert step(missed) == 1


def test_a_kept_contact_between_two_missed_ones_begins_anew() -> None:
    assert figures(well(unkept=[ago(9), ago(3)], kept=[ago(5)]))["missed_in_a_row"] == 1


def test_what_is_kept_on_the_day_of_a_miss_counts() -> None:
    assert figures(well(unkept=[ago(3)], kept=[ago(3)]))["missed_in_a_row"] == 0


def test_silence_begins_on_the_fourteenth_day() -> None:
    assert "silence" not in found(well(last_sign=ago(13)))
    assert found(well(last_sign=ago(14)))["silence"].words == "Nothing heard for 14 days"


def test_before_the_plan_nobody_was_silent() -> None:
    assert figures(well(began=ago(3), last_sign=None))["days_silent"] == 3


def test_scores_high_or_rising_are_said_with_their_figures() -> None:
    high = well(readings={"phq-9": [Reading(ago(2), 16, 3)]})
    assert found(high)["low-mood"].words == "PHQ-9 stands at 16, moderately severe or more"
    rising = well(
        readings={"phq-9": [Reading(ago(60), 3, 0), Reading(ago(30), 4, 0), Reading(ago(1), 10, 2)]}
    )
    assert found(rising)["mood-falls"].words == "PHQ-9 rose by 6.5 to 10"
    assert "low-mood" not in found(rising)


def test_the_list_of_rules_has_a_gap_for_each_figure() -> None:
    said = {one.name: one.in_general for one in RULES.rules}
    assert "Nothing heard for … days" in said.values()
    assert not any("{" in one for one in said.values())


def test_an_old_score_says_nothing_of_today() -> None:
    assert "low-mood" not in found(well(readings={"phq-9": [Reading(ago(46), 20, 4)]}))


def test_whoever_came_and_comes_no_more_is_noticed() -> None:
    stopped = well(meetings=[ago(50), ago(43), ago(36)])
    assert "meetings-stopped" in found(stopped)
    assert "meetings-stopped" not in found(well(meetings=()))


def test_an_alarm_comes_first_and_waits_for_a_person() -> None:
    facts = well(alarms=[ago(1)], last_sign=ago(20))
    first = judge(facts, RULES)[0]
    assert first.rule.name == "alarm"
    assert first.rule.stays


def test_nothing_is_proposed_beyond_the_closest_rhythm() -> None:
    assert step(well(last_sign=ago(30)), level=1) == 0


@given(
    unkept=st.lists(days, max_size=4), kept=st.lists(days, max_size=4), meetings=st.lists(days, max_size=9),
    alarms=st.lists(days, max_size=2), scores=readings, began=days, last_sign=st.none() | days,
    level=st.integers(-1, 1),
)  # fmt: skip
def test_whatever_is_known_up_and_down_never_meet(
    unkept: Sequence[date], kept: Sequence[date], meetings: Sequence[date], alarms: Sequence[date],
    scores: Sequence[Reading], began: date, last_sign: date | None, level: int,
) -> None:  # fmt: skip
    facts = Facts(
        today=TODAY, began=began, level=level, unkept=sorted(unkept), kept=sorted(kept),
        meetings=sorted(meetings), alarms=sorted(alarms), last_sign=last_sign,
        readings={"phq-9": sorted(scores, key=lambda one: one.on)},
    )  # fmt: skip
    held = judge(facts, RULES)
    direction, spoken = step_found(held, level)
    assert {one.rule.step for one in spoken} <= {direction}
    assert -1 <= level + direction <= 1
    assert not (direction < 0 and any(one.rule.concern for one in held))
    assert all(
        value >= 0 for name, value in figures(facts).items() if name.startswith(("days", "missed", "weeks"))
    )
    assert set(figures(facts)) <= set(FIGURES) | {
        f"phq-9.{part}" for part in ("value", "level", "rise", "days_old")
    }
