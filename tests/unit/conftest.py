"""The server's own time zone must not matter: stories that ask for it are told in several."""

import os
import time
from collections.abc import Iterator

import pytest


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
def any_server_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Case 10: the TZ variable of the process says something else each time."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()
