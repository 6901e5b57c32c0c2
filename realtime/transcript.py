"""What was public in an evening, to keep: no names of members, no times, no way to reach anybody. Pure."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from realtime.written import without_contacts

_FORMULA = re.compile(r"^[=+\-@\t\r]")
CSV_HEAD = ("order", "number", "state", "votes", "answered_by", "question")


@dataclass(frozen=True)
class Line:
    """One question as the room read it; `answered_by` is a host's first name, None if not reached."""

    number: int
    text: str
    votes: int
    answered_by: str | None


@dataclass(frozen=True)
class Transcript:
    """`answered` in the order of answering, `not_reached` most wanted first."""

    title: str
    on: date
    answered: Sequence[Line]
    not_reached: Sequence[Line]


def file_name(transcript: Transcript, form: str) -> str:
    """Says nothing but the date."""
    return f"evening-{transcript.on.isoformat()}.{form}"


def as_text(transcript: Transcript) -> str:
    parts = [transcript.title, transcript.on.isoformat()]
    for head, lines in (("Answered", transcript.answered), ("Not reached", transcript.not_reached)):
        if lines:
            parts += ["", head, *[said for line in lines for said in ("", *_told(line))]]
    return "\n".join(parts) + "\n"


def as_json(transcript: Transcript) -> str:
    told = {
        "meeting": transcript.title,
        "date": transcript.on.isoformat(),
        "answered": [_plain(line) for line in transcript.answered],
        "not_reached": [_plain(line) for line in transcript.not_reached],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def as_csv(transcript: Transcript) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CSV_HEAD)
    states = [("answered", one) for one in transcript.answered]
    states += [("not reached", one) for one in transcript.not_reached]
    for order, (state, line) in enumerate(states, 1):
        cells = (state, line.votes, line.answered_by or "", _cell(without_contacts(line.text)))
        writer.writerow((order, line.number, *cells))
    return out.getvalue()


FORMS: Mapping[str, tuple[Callable[[Transcript], str], str]] = {
    "txt": (as_text, "text/plain"),
    "json": (as_json, "application/json"),
    "csv": (as_csv, "text/csv"),
}


def _told(line: Line) -> tuple[str, str]:
    votes = "one vote" if line.votes == 1 else f"{line.votes} votes"
    by = f", answered by {line.answered_by}" if line.answered_by else ""
    return f"No. {line.number}, {votes}{by}", without_contacts(line.text)


def _plain(line: Line) -> dict[str, object]:
    text = without_contacts(line.text)
    return {
        "number": line.number, "question": text, "votes": line.votes, "answered_by": line.answered_by,
    }  # fmt: skip


def _cell(text: str) -> str:
    """A spreadsheet must not take somebody's words for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
