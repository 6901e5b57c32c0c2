"""Programs without a socket that ask for the same at the same moment are told what was read once."""

from dataclasses import replace

from realtime.told_lately import Asked, ToldLately
from realtime.views import View

ASKED = Asked(room_id="r", epoch="e", seq=7, after=0, limit=300)


class Reading:
    """Counts how often somebody had to read."""

    def __init__(self) -> None:
        self.times = 0
        self.clock = 100.0
        self.lately = ToldLately(lambda: self.clock)

    def ask(self, asked: Asked = ASKED) -> View:
        return self.lately.answer(asked, self._read)[0]

    def _read(self) -> list[View]:
        self.times += 1
        return [{"seq": self.times}]


def test_the_same_within_a_second_is_read_once() -> None:
    reading = Reading()
    assert [reading.ask(), reading.ask()] == [{"seq": 1}] * 2


def test_a_second_later_it_is_read_anew() -> None:
    reading = Reading()
    reading.ask()
    reading.clock += 1
    assert reading.ask() == {"seq": 2}


def test_whatever_differs_is_read_for_itself() -> None:
    reading = Reading()
    others = ({"seq": 8}, {"epoch": "later"}, {"room_id": "s"}, {"after": 3}, {"limit": 1})
    for other in others:
        reading.ask()
        reading.ask(replace(ASKED, **other))
    assert reading.times == 1 + len(others)


def test_it_does_not_grow_without_end() -> None:
    reading = Reading()
    for number in range(1000):
        reading.ask(replace(ASKED, after=number))
        reading.clock += 0.001
    assert len(reading.lately._kept) <= 64
