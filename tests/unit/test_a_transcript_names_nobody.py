"""What is kept of an evening: words that were public, without names, times or ways to reach anybody."""

import csv
import io
import json
from datetime import date

from realtime.transcript import Line, Transcript, as_csv, as_json, as_text, file_name

KEPT = Transcript(
    title="Friday group",
    on=date(2026, 11, 27),
    answered=[
        Line(2, "Does it get easier? Write me at ana@example.org", 12, "Dana"),
        Line(1, "=1+1", 1, "Dana"),
    ],
    not_reached=[Line(3, "And on Sundays?", 4, None)],
)


def test_the_file_is_named_by_its_date_alone() -> None:
    assert file_name(KEPT, "csv") == "evening-2026-11-27.csv"


def test_plain_text_reads_in_the_order_of_answering() -> None:
    assert as_text(KEPT) == (
        "Friday group\n2026-11-27\n\nAnswered\n\nNo. 2, 12 votes, answered by Dana\n"
        "Does it get easier? Write me at [left out]\n\nNo. 1, one vote, answered by Dana\n=1+1\n\n"
        "Not reached\n\nNo. 3, 4 votes\nAnd on Sundays?\n"
    )


def test_no_form_of_it_holds_a_way_to_reach_somebody() -> None:
    assert not any("ana@example.org" in form(KEPT) for form in (as_text, as_json, as_csv))


def test_a_spreadsheet_takes_no_words_for_a_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(KEPT))))
    assert [row["question"] for row in rows][1] == "'=1+1"
    assert [row["state"] for row in rows] == ["answered", "answered", "not reached"]


def test_json_says_the_same() -> None:
    told = json.loads(as_json(KEPT))
    assert [one["number"] for one in told["answered"]] == [2, 1]
    assert told["not_reached"] == [
        {"number": 3, "question": "And on Sundays?", "votes": 4, "answered_by": None}
    ]
