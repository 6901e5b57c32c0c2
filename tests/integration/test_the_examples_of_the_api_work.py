"""The examples in docs/interface.md, sent as they stand there, one after the other."""

import json
import re
from datetime import timedelta
from pathlib import Path

from flask import Flask

from foundation.database import Database
from tests.clinic import TUESDAY_3PM, open_clinic
from tests.program import ROOT, program_for, wish

WORDS = (Path(__file__).parents[2] / "docs" / "interface.md").read_text()
EXAMPLE = re.compile(r"^(POST|GET) (\S+)\n(\{.*\})\n(\d{3}) (\{.*\})$", re.MULTILINE)

THURSDAY = TUESDAY_3PM + timedelta(days=2)


def examples(whose: str) -> list[tuple[str, str, str, int, dict[str, object]]]:
    return [
        (method, path.removeprefix(ROOT), body, int(status), json.loads(told))
        for block in re.findall(rf"```http{whose}\n(.*?)```", WORDS, re.DOTALL)
        for method, path, body, status, told in EXAMPLE.findall(block)
    ]


def test_each_example_is_answered_as_it_says(app: Flask, database: Database) -> None:
    clinic = open_clinic(app, database)
    jonah, dana = program_for(clinic), program_for(clinic, clinic.dana)
    thursdays = wish(clinic, THURSDAY, rrule="FREQ=WEEKLY;COUNT=3")
    named = {"DANA": clinic.dana.id, "SERIES": jonah.post("/series", thursdays).get_json()["id"]}
    calls = [(jonah, one) for one in examples("")] + [(dana, one) for one in examples(" dana")]
    assert len(calls) == WORDS.count("POST /api/v1/")
    for program, (method, path, body, status, told) in calls:
        for word, name in named.items():
            path, body = path.replace(word, name), body.replace(word, name)  # noqa: PLW2901
        answer = program.call(method, path, json.loads(body))
        assert (answer.status_code, answer.get_json() | told) == (status, answer.get_json()), (path, body)
