"""Readers of other people's make, in JavaScript, as a Python story asks them."""

import json
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.node import Node

Told = list[tuple[str, datetime, datetime]]
_SCRIPTS = Path(__file__).parent / "js"
_SECONDS = 300


def instants_by_others(
    node: Node, calendars: Mapping[str, bytes], start: datetime, end: datetime, folder: Path
) -> dict[str, dict[str, Told]]:
    """(UID, start, end) of all that begins within [start, end) of each calendar, by each reader."""
    texts = {name: content.decode() for name, content in calendars.items()}
    asked = {"from": start.isoformat(), "to": end.isoformat(), "calendars": texts}
    told = _run(node, "read_calendars.cjs", asked, folder)
    return {
        name: {reader: [_event(one) for one in events] for reader, events in readers.items()}
        for name, readers in told.items()
    }


def instants_of_walls(node: Node, zones: Mapping[str, Any], folder: Path) -> dict[str, list[datetime]]:
    """For each zone `{"calendar": text, "walls": [ISO local]}`: the instants that ical.js makes of them."""
    told = _run(node, "read_zones.cjs", zones, folder)
    return {name: [datetime.fromisoformat(one) for one in instants] for name, instants in told.items()}


def _run(node: Node, script: str, asked: object, folder: Path) -> Any:
    file = folder / "asked.json"
    file.write_text(json.dumps(asked))
    done = subprocess.run(
        node.command(_SCRIPTS / script, str(file)),
        env={**node.environment, "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def _event(told: list[str]) -> tuple[str, datetime, datetime]:
    uid, start, end = told
    return uid, datetime.fromisoformat(start), datetime.fromisoformat(end)
