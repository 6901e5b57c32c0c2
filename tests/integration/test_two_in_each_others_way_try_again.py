"""PostgreSQL ends one of two transactions that stood in each other's way: the pages try once more."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from scheduling import appointments
from tests.clinic import Clinic
from tests.pages import Page

ON_TUESDAY = "3:00 pm, Tuesday 1 December"


class Ended(Exception):
    """What psycopg raises for a deadlock (40P01), or where two could not be put in an order (40001)."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("somebody was in the way")
        self.sqlstate = sqlstate


def ended_first(command: Callable[..., Any], times: int, sqlstate: str) -> Callable[..., Any]:
    """The command, whose work is undone at the end for the first `times`."""
    left = iter(range(times))

    def act(*args: Any, **named: Any) -> Any:
        done = command(*args, **named)
        if next(left, None) is not None:
            raise OperationalError("COMMIT", {}, Ended(sqlstate))
        return done

    return act


def book_on_tuesday(clinic: Clinic) -> Page:
    jonah = clinic.visit(clinic.jonah)
    return jonah.press(jonah.press(jonah.open(clinic.path), ON_TUESDAY), "Book this time")


@pytest.mark.parametrize("sqlstate", ["40P01", "40001"])
def test_once_is_not_noticed(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    monkeypatch.setattr("web.booking.book", ended_first(appointments.book, 1, sqlstate))
    assert book_on_tuesday(clinic).h1 == ["Booked"]
    assert len(clinic.appointments()) == 1


def test_twice_is_said_and_nothing_is_booked(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.booking.book", ended_first(appointments.book, 2, "40P01"))
    assert book_on_tuesday(clinic).status == 503
    assert clinic.appointments() == []


def test_anything_else_is_said_at_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.booking.book", ended_first(appointments.book, 1, "57P01"))
    assert book_on_tuesday(clinic).status == 503


def test_keeping_moving_and_cancelling_try_again_too(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: dict[str, Callable[..., Any]] = {
        "web.booking.hold": appointments.hold,
        "web.appointments.move": appointments.move,
        "web.appointments.cancel": appointments.cancel,
    }
    for place, command in commands.items():
        monkeypatch.setattr(place, ended_first(command, 1, "40P01"))
    assert book_on_tuesday(clinic).h1 == ["Booked"]
    jonah = clinic.visit(clinic.jonah)
    [made] = clinic.appointments()
    choice = jonah.press(jonah.open(f"/appointments/{made.id}/move"), "4:00 pm, Tuesday 1 December")
    assert jonah.press(choice, "Move it").status == 200
    assert clinic.appointments()[0].revision == 1
    jonah.press(jonah.open(f"/appointments/{made.id}/cancel"), "Cancel it")
    assert clinic.appointments()[0].is_cancelled


def test_the_desk_tries_again_too(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.staff.book.book", ended_first(appointments.book, 1, "40P01"))
    dana = clinic.visit(clinic.dana)
    path = f"/staff/book/{clinic.jonah.id}/{clinic.service.slug}"
    chosen = dana.press(dana.open(path), "1:00 pm, Tuesday 1 December")
    assert dana.press(chosen, "Book it").status == 200
    assert len(clinic.appointments()) == 1
