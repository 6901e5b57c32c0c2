"""kill -9 of everything under load, again and again; whatever was answered is there, and nothing is torn."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from foundation.database import Database
from tests.faults.kills.clients import Booker, Client, Diarist, at_work, some_clients
from tests.faults.kills.comparing import missing
from tests.faults.kills.room import Sitting, a_sitting
from tests.faults.kills.standing import Ground
from tests.house import House, running_house

BOOKERS, DIARISTS, MEMBERS = 3, 2, 12
LONGEST = 1.5
"""Seconds from when each kind was answered once until the kill, at most: it comes at no chosen moment."""
_STAGGERS = 0.3


@dataclass
class Told:
    """What the rounds have shown. `away` are the seconds from each start until everybody was answered."""

    rounds: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    away: list[float] = field(default_factory=list)


@dataclass
class Life:
    """One house through all its deaths. Everything that is left to chance comes from `seed`."""

    ground: Ground
    folder: Path
    seed: int = 12

    def __post_init__(self) -> None:
        self.told = Told()
        self._chance = random.Random(self.seed)
        self._clients: Sequence[Client] = ()
        self._sitting: Sitting | None = None

    def die(self) -> Told:
        """It starts, is used, and is killed; what is left is looked at before anything mends it."""
        with self._alive() as (house, sitting):
            with at_work(house, self._clients):
                self._use(sitting)
                self._kill(house, sitting)
            self._look(house, sitting)
        return self.told

    def end(self) -> Told:
        """It starts once more: every guest has heard everything, once and in one order."""
        with self._alive() as (_, sitting):
            sitting.tell()
        return self.told

    def close(self) -> None:
        if self._sitting is not None:
            self._sitting.hall.close()

    @contextmanager
    def _alive(self) -> Iterator[tuple[House, Sitting]]:
        begun = time.monotonic()
        with running_house(self.folder, workers=1, **self.ground.settings) as house:
            sitting = self._sitting = self._sitting or a_sitting(house, MEMBERS)
            self._clients = self._clients or some_clients(house.database, bookers=BOOKERS, diarists=DIARISTS)
            sitting.return_to(house)
            self.told.away.append(time.monotonic() - begun)
            yield house, sitting

    def _use(self, sitting: Sitting) -> None:
        before = self.told.acknowledged
        is_busy = lambda: all(more > before[what] for what, more in _counted(self._clients, sitting).items())  # noqa: E731
        sitting.run_until(is_busy, "something was never answered")
        sitting.run_for(self._chance.uniform(0, LONGEST))

    def _kill(self, house: House, sitting: Sitting) -> None:
        """Sometimes a part of the database dies before; either of the two may go first."""
        if self._chance.random() < _STAGGERS:
            self.ground.stagger()
            sitting.run_for(self._chance.uniform(0, LONGEST))
        deaths = [house.kill, self.ground.fall]
        self._chance.shuffle(deaths)
        for death in deaths:
            death()

    def _look(self, house: House, sitting: Sitting) -> None:
        with closing(Database(house.database.engine.url.render_as_string(hide_password=False))) as left:
            self.told.torn += self.ground.faults(left)
            self.told.missing += missing(left, self._clients, sitting)
        self.told.rounds += 1
        self.told.acknowledged = _counted(self._clients, sitting)


def _counted(clients: Sequence[Client], sitting: Sitting) -> Counter[str]:
    return Counter(
        bookings=sum(len(one.booked) for one in clients if isinstance(one, Booker)),
        check_ins=sum(len(one.told) for one in clients if isinstance(one, Diarist)),
        questions=len(sitting.asked),
        votes=len(sitting.voted),
        lines=len(sitting.said),
    )
