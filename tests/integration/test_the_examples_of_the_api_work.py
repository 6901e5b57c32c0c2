"""The examples in docs/interface.md, sent as they stand there, one after the other."""

import json
import re
from pathlib import Path

from flask import Flask

from foundation.database import Database
from tests.clinic import open_clinic
from tests.program import ROOT, program_for

WORDS = (Path(__file__).parents[2] / "docs" / "interface.md").read_text()
EXAMPLE = re.compile(r"^(POST|GET) (\S+)\n(\{.*\})\n(\d{3}) (\{.*\})$", re.MULTILINE)


def examples() -> list[tuple[str, str, str, int, dict[str, object]]]:
    return [
        (method, path.removeprefix(ROOT), body, int(status), json.loads(told))
        for block in re.findall(r"```http\n(.*?)```", WORDS, re.DOTALL)
        for method, path, body, status, told in EXAMPLE.findall(block)
    ]


def test_each_example_is_answered_as_it_says(app: Flask, database: Database) -> None:
    clinic = open_clinic(app, database)
    jonah = program_for(clinic)
    assert len(examples()) == WORDS.count("POST /api/v1/")
    for method, path, body, status, told in examples():
        sent = json.loads(body.replace("DANA", clinic.dana.id))
        answer = jonah.call(method, path, sent)
        assert (answer.status_code, answer.get_json() | told) == (status, answer.get_json()), (path, body)
