"""Case 10: the suite passes under any TZ; here is what makes sure that it is run under two."""

import os
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.server_zone import CHOICE, FAR, live_far_away


def test_case_10_this_very_test_runs_far_from_utc() -> None:
    zone = os.environ["TZ"]
    assert zone == os.environ.get(CHOICE) or zone in FAR
    offset = datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert time.localtime().tm_gmtoff == offset.total_seconds()


@pytest.mark.parametrize(("worker", "zone"), [("gw0", FAR[0]), ("gw1", FAR[1]), ("gw2", FAR[0])])
@pytest.mark.usefixtures("any_server_zone")
def test_case_10_workers_live_in_different_zones(
    monkeypatch: pytest.MonkeyPatch, worker: str, zone: str
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    monkeypatch.delenv(CHOICE, raising=False)
    live_far_away()
    assert os.environ["TZ"] == zone


@pytest.mark.usefixtures("any_server_zone")
def test_case_10_one_zone_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "Asia/Kathmandu")
    live_far_away()
    assert time.localtime().tm_gmtoff == 20_700
