"""Case 10: the tests live where no server of ours does, and where every local date and minute is another.

With `-n 2` one worker is fourteen hours ahead of UTC and the other three and a half behind; servers and
browsers that a story starts live there too, and PostgreSQL. TEST_TZ chooses one zone for all.
"""

import os
import time

FAR = ("Pacific/Kiritimati", "America/St_Johns")
CHOICE = "TEST_TZ"


def live_far_away() -> None:
    """Before anything asks for the time. `make check` sends every fast test to both workers."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    os.environ["TZ"] = os.environ.get(CHOICE) or FAR[int(worker.removeprefix("gw")) % len(FAR)]
    time.tzset()
