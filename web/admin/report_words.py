"""What each figure of the reports is called, and what exactly it counts."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """`line` names the line of the drawing, `counts` says what is counted and what is not."""

    title: str
    line: str
    counts: str


WORDS: Mapping[str, Words] = {
    "visits": Words(
        "Attendance at meetings",
        "Visits",
        "A visit is ten minutes in the room, or what one of us said. People are counted once a month.",
    ),
    "missed": Words(
        "Missed sessions",
        "Missed",
        "Sessions and seats marked as missed, of all held or missed; what was called off is left out.",
    ),
    "filled": Words(
        "Filled seats",
        "Filled",
        "Seats taken in group sessions that were held, of all their seats.",
    ),
    "waits": Words(
        "Waiting time",
        "Half",
        "Days from booking a single session to having it. Series and groups are left out: they wait by plan.",
    ),
    "within_7": Words(
        "Follow-up within 7 days",
        "Seen",
        "Plans begun in the month whose member had a session with one of the team by day 7. Calls and groups"
        " do not count, and a plan counts once 30 days are over.",
    ),
    "within_30": Words(
        "Follow-up within 30 days",
        "Seen",
        "The same by day 30.",
    ),
    "completed": Words(
        "Contacts made as planned",
        "Made",
        "Contacts of running plans that were due in the month and were made. What was dropped is not in it.",
    ),
}
