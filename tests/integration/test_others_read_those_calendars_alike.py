"""Two readers of other people's make find in products' files what we find in them."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders.calendars import NOW
from tests.node import Node

CORPUS = Path(__file__).parents[1] / "corpus" / "calendars"
READER = Path(__file__).parents[1] / "js" / "read_calendars.cjs"
ALIKE = {
    "google": {"ical.js", "node-ical"},
    "outlook_published": {"ical.js", "node-ical"},
    "apple": {"ical.js", "node-ical"},
    "outlook_desktop": {"ical.js"},
    "proton": {"node-ical"},
}
"""ical.js knows only the zones that a file describes; node-ical only those whose names it knows."""
BY_THE_OWNERS_CLOCK = {"2026-12-02T20:00Z"}
"""A time without a zone, which a reader without an owner reads by its own."""


@pytest.fixture(scope="module")
def told(node: Node, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[list[str]]]]:
    asked = tmp_path_factory.mktemp("calendars") / "asked.json"
    span = {"from": (NOW - timedelta(days=8)).isoformat(), "to": (NOW + timedelta(days=548)).isoformat()}
    texts = {name: (CORPUS / f"{name}.ics").read_text() for name in ALIKE}
    asked.write_text(json.dumps(span | {"calendars": texts}))
    environment = {**node.environment, "TZ": "UTC"}  # node-ical counts its days by the machine's clock
    ran = subprocess.run(
        node.command(READER, str(asked)), env=environment, capture_output=True, check=True, timeout=120
    )
    answer: dict[str, dict[str, list[list[str]]]] = json.loads(ran.stdout)
    return answer


@pytest.mark.parametrize(
    ("name", "reader"), [(name, one) for name, all_ in ALIKE.items() for one in sorted(all_)]
)
def test_each_busy_time_of_ours_is_one_of_theirs(
    told: dict[str, dict[str, list[list[str]]]], name: str, reader: str
) -> None:
    ours = json.loads((CORPUS / f"{name}.json").read_text())["timed"]
    wanted = {(start, end) for start, end in ours if start not in BY_THE_OWNERS_CLOCK}
    theirs = {(f"{start[:16]}Z", f"{end[:16]}Z") for _uid, start, end in told[name][reader]}
    assert wanted
    assert wanted <= theirs
