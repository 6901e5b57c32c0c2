"""A clinic's own file of rules: what is understood, and what is said of each line that is not."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scheduling.aftercare.facts import FIGURES, OF_A_MEASURE, Facts, Reading
from scheduling.aftercare.rules import judge
from scheduling.aftercare.rules_file import OURS, CareRulesError, care_rules, read_care_rules, use_care_rules

TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def our_own_again() -> Iterator[None]:
    yield
    use_care_rules(None)


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def a_rule(**fields: str) -> str:
    chosen = {
        "name": '"a-rule"',
        "says": '"Something"',
        "when": '["days_silent >= 3"]',
        "concern": "1",
        **fields,
    }
    return "[[rule]]\n" + "".join(f"{name} = {value}\n" for name, value in chosen.items() if value)


def test_a_measure_of_their_own_can_be_spoken_of(tmp_path: Path) -> None:
    path = written(tmp_path, a_rule(when='["craving-5.value > 12"]', says='"Craving at {craving-5.value}"'))
    use_care_rules(path)
    assert care_rules().measures == {"craving-5"}
    facts = Facts(today=TODAY, began=TODAY, readings={"craving-5": [Reading(TODAY, 13, 0)]})
    assert [one.words for one in judge(facts, care_rules())] == ["Craving at 13"]


def test_the_pauses_can_be_chosen(tmp_path: Path) -> None:
    text = "[proposals]\nagain_up_after_days = 3\n[concerns]\nagain_after_days = 5\n" + a_rule()
    rules = read_care_rules(written(tmp_path, text))
    assert rules.step_again_after == {1: 3, -1: 28}
    assert rules.concern_again_after == 5


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"when": '["days_slient >= 3"]'}, "there is no figure days_slient; there are days_in_plan"),
        ({"when": '["days_silent => 3"]'}, "is not a figure, one of >= <= == > <, and a number"),
        ({"when": '["days_silent >= many"]'}, "is not a figure"),
        ({"when": '"days_silent >= 3"'}, "`when` is a list of lines"),
        ({"when": "[]"}, "`when` is a list of lines"),
        ({"says": '"Silent {dyas_silent}"'}, "there is no figure dyas_silent"),
        ({"says": '" "'}, "`says` is the sentence that people read"),
        ({"concern": "4"}, "`concern` is 1, 2 or 3"),
        ({"concern": "true"}, "`concern` is 1, 2 or 3"),
        ({"concern": ""}, "without a concern or a step nothing would come of it"),
        ({"step": '"sideways"'}, '`step` is "up" or "down"'),
        ({"name": '"A rule"'}, "small letters"),
        ({"whne": "[]"}, "nothing is called whne; there are concern, name"),
    ],
)
def test_what_is_not_understood_is_said(tmp_path: Path, fields: dict[str, str], says: str) -> None:
    with pytest.raises(CareRulesError, match=r"rules\.toml") as refused:
        read_care_rules(written(tmp_path, a_rule(**fields)))
    assert says in str(refused.value)


def test_two_of_one_name_and_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(CareRulesError, match="two rules called a-rule"):
        read_care_rules(written(tmp_path, a_rule() + a_rule()))
    with pytest.raises(CareRulesError, match="is not understood"):
        read_care_rules(written(tmp_path, "[[rule]"))
    with pytest.raises(CareRulesError, match="cannot be read: No such file"):
        read_care_rules(tmp_path / "nowhere.toml")


def test_a_bad_file_leaves_the_rules_that_hold(tmp_path: Path) -> None:
    with pytest.raises(CareRulesError):
        use_care_rules(written(tmp_path, a_rule(concern="9")))
    assert care_rules() == read_care_rules(OURS)


def test_our_own_file_names_every_figure_for_whoever_edits_it() -> None:
    comments = OURS.read_text(encoding="utf-8")
    for name in [*FIGURES, *(f".{one}" for one in OF_A_MEASURE)]:
        assert name in comments
