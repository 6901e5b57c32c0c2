"""A measure is a file: read with care, scored as its authors say, and never half understood."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.doctor_measures import measures_here
from cli.findings import GOOD, Finding
from scheduling.aftercare.measures.catalogue import (
    SHIPPED,
    UnknownMeasure,
    broken_measures,
    find_measure,
    measures,
    use_measures,
)
from scheduling.aftercare.measures.reading import MeasureBroken, read_measure
from scheduling.aftercare.measures.scoring import alarms_in, first_open, problems_in, readable, said, score
from tests.builders.measures import answers_of

PHQ = (SHIPPED / "phq-9.toml").read_text(encoding="utf-8")
OWN = """
code = "rest"
version = 1
name = "Rest"
title = "Rest this week"
about = "Two questions."
source = "This clinic, 2026."
licence = "Ours."
option = [{ points = 0, text = "No" }, { points = 2, text = "Yes" }]
item = [{ id = "tired", text = "Were you tired?" }, { id = "why", kind = "text", text = "Why?" }]
band = [{ from = 0, name = "rested", level = 0 }, { from = 2, name = "tired", level = 2 }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    use_measures(tmp_path)
    yield tmp_path
    use_measures(None)


@pytest.mark.parametrize(
    ("code", "items", "lowest", "highest"),
    [("phq-9", 10, 0, 27), ("gad-7", 8, 0, 21), ("csbd-19", 19, 19, 76), ("check-in", 6, 0, 10)],
)
def test_those_that_come_with_the_house_are_whole(code: str, items: int, lowest: int, highest: int) -> None:
    measure = measures()[code]
    assert (len(measure.items), measure.lowest, measure.highest) == (items, lowest, highest)
    assert measure.source and measure.licence


@pytest.mark.parametrize(
    ("code", "value", "band", "level"),
    [
        ("phq-9", 0, "minimal", 0), ("phq-9", 4, "minimal", 0), ("phq-9", 5, "mild", 1),
        ("phq-9", 9, "mild", 1),
        ("phq-9", 10, "moderate", 2), ("phq-9", 14, "moderate", 2), ("phq-9", 15, "moderately severe", 3),
        ("phq-9", 19, "moderately severe", 3), ("phq-9", 20, "severe", 4), ("phq-9", 27, "severe", 4),
        ("gad-7", 4, "minimal", 0), ("gad-7", 5, "mild", 1), ("gad-7", 10, "moderate", 2),
        ("gad-7", 15, "severe", 4),
        ("csbd-19", 49, "below the cut-off", 0), ("csbd-19", 50, "high risk", 3),
    ],
)  # fmt: skip
def test_bands_begin_where_their_papers_say(code: str, value: int, band: str, level: int) -> None:
    found = measures()[code].band_of(value)
    assert (found.name, found.level) == (band, level)


def test_a_score_is_the_sum_of_what_counts() -> None:
    told = score(measures()["phq-9"], answers_of("phq-9", 1, q4="3", qdifficulty="3"))
    assert (told.value, told.band, told.level) == (11, "moderate", 2)
    assert told.points["difficulty"] == 3, "kept beside the score, though it does not count"


def test_the_ninth_question_needs_a_person_above_nought_also_in_a_sheet_half_done() -> None:
    phq = measures()["phq-9"]
    assert alarms_in(phq, {"9": "0"}) == alarms_in(phq, {}) == []
    assert [one.name for one in alarms_in(phq, {"9": "1"})] == ["phq-9-question-9"]
    assert alarms_in(measures()["gad-7"], answers_of("gad-7", 3)) == []


def test_what_is_missing_is_said_and_what_is_no_answer_is_left_out() -> None:
    phq = measures()["phq-9"]
    assert set(problems_in(phq, {})) == set("123456789"), "how hard it makes the day is asked, not demanded"
    assert problems_in(phq, {**answers_of("phq-9"), "3": "7"}) == {"3": "Choose one of the answers."}
    assert readable(phq, {"1": "2", "2": "9", "nonsense": "1"}) == {"1": "2"}
    assert first_open(phq, {"1": "0", "2": "1"}) == "3"
    assert first_open(phq, answers_of("phq-9")) == ""


def test_an_answer_is_told_as_it_was_seen() -> None:
    phq, check_in = measures()["phq-9"], measures()["check-in"]
    assert said(phq.item("9"), "1") == "Several days"
    assert [said(check_in.item("pull"), one) for one in ("0", "4")] == ["0, none", "4"]
    assert said(phq.item("9"), "8") == "8", "an option that has gone since"


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_every_sheet_has_a_band_and_no_other_sum(points: list[int]) -> None:
    phq = measures()["phq-9"]
    told = score(phq, {str(number): str(have) for number, have in enumerate(points, 1)})
    assert told.value == sum(points)
    starts = {band.name: band.start for band in phq.bands}
    assert (
        starts[told.band]
        <= told.value
        < min([s for s in starts.values() if s > starts[told.band]], default=28)
    )


def test_words_that_are_not_ours_to_print_are_not_asked() -> None:
    assert not measures()["csbd-19"].is_asked
    with pytest.raises(UnknownMeasure):
        find_measure("csbd-19")


def test_a_clinic_adds_its_own_and_completes_ours_without_a_restart(folder: Path) -> None:
    (folder / "rest.toml").write_text(OWN)
    assert find_measure("rest").title == "Rest this week"
    ours = (SHIPPED / "csbd-19.toml").read_text(encoding="utf-8")
    (folder / "csbd-19.toml").write_text(ours.replace('text = "" }', 'text = "A statement." }'))
    assert find_measure("csbd-19").is_asked
    assert not broken_measures()


def test_a_file_that_cannot_be_used_is_named_and_stops_nothing(folder: Path) -> None:
    (folder / "rest.toml").write_text(OWN.replace('id = "why"', 'id = "tired"'))
    (folder / "odd.toml").write_bytes(b"\xff\xfe")
    assert set(broken_measures()) == {"rest.toml", "odd.toml"}
    assert "the same `id`" in broken_measures()["rest.toml"]
    assert set(measures()) == {"phq-9", "gad-7", "csbd-19", "check-in"}
    assert "rest.toml" in measures_here().words
    for path in folder.iterdir():
        path.unlink()
    assert measures_here() == Finding(GOOD, "Members can be asked: GAD-7, PHQ-9, Weekly check-in.")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('code = "phq-9"', 'code = "PHQ 9"', "`code`"),
        ("version = 1", "version = 0", "`version`"),
        ("version = 1", 'version = 1\nnonsense = "x"', "nonsense"),
        ('id = "2"', 'id = "1"', "the same `id`"),
        ("from = 5", "from = 12", "`band`"),
        ("from = 0", "from = 1", "`band`"),
        ("level = 4", "level = 5", "`band`"),
        ('item = "9"', 'item = "10"', "`alarm`"),
        ("at_least = 1", "at_least = 4", "`alarm`"),
        ('points = 3, text = "Nearly', 'points = 2, text = "Nearly', "none twice"),
        ('id = "1", text', 'id = "1", required = false, text', "must be required"),
        ('text = "Poor', 'kind = "tune", text = "Poor', "wrong kind"),
        ("licence = ", "license = ", "missing"),
        ('name = "PHQ-9"', "name = ", "not TOML"),
    ],
)
def test_a_file_with_one_mistake_is_refused_in_plain_words(was: str, becomes: str, told: str) -> None:
    assert was in PHQ
    with pytest.raises(MeasureBroken, match=told.replace("`", "`")):
        read_measure(PHQ.replace(was, becomes, 1))
