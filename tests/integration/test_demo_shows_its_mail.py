"""The demo's mailbox: a way in without a mail server, and nothing at all anywhere else."""

import threading
from dataclasses import replace

import pytest

from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from mail.send import sender_for
from tests.builders.post import owe_code
from tests.builders.scheduling import a_booking
from tests.conftest import Browser, Clock
from tests.pages import Visit


@pytest.fixture
def demo(client: Browser) -> Visit:
    house = client.application.extensions["evenside"]
    client.application.extensions["evenside"] = replace(house, settings=replace(house.settings, demo=True))
    return Visit(client)


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock) -> Post:
    return Post(database, settings, sender_for(settings), clock, threading.Event())


def test_outside_the_demo_there_is_no_such_page(client: Browser, post: Post, clock: Clock) -> None:
    with post.database.write() as session:
        owe_code(session, now=clock())
    deliver_due(post)
    (file,) = (post.settings.data / "outbox").glob("*.eml")
    assert client.get("/dev/mail").status_code == 404
    assert client.get(f"/dev/mail/{file.stem}").status_code == 404


def test_a_sign_in_mail_can_be_read_and_its_link_clicked(demo: Visit, post: Post, clock: Clock) -> None:
    with post.database.write() as session:
        owe_code(session, now=clock())
    deliver_due(post)
    listed = demo.open("/dev/mail")
    assert "ana@example.org" in listed.text
    mail = demo.open(listed.link("Your sign-in code"))
    assert mail.h1 == ["Your sign-in code"]
    assert "123456" in mail.text
    assert mail.link("http://127.0.0.1:8000/sign-in/tok3n") == "http://127.0.0.1:8000/sign-in/tok3n"


def test_a_booking_shows_its_calendar_object(demo: Visit, post: Post, clock: Clock) -> None:
    with post.database.write() as session:
        a_booking(session, clock().replace(day=30, hour=21), now=clock())
    deliver_due(post)
    listed = demo.open("/dev/mail")
    assert listed.text.count("Your appointment is booked") == 2
    mail = demo.open(listed.link("Your appointment is booked"))
    assert "METHOD:REQUEST" in mail.text


def test_an_empty_mailbox_says_so(demo: Visit) -> None:
    assert "No mail yet" in demo.open("/dev/mail").text


@pytest.mark.parametrize("name", ["x", "..%2f..%2fsecret.key", "0" * 24, "worker.beat", "0" * 23 + "é"])
def test_no_other_file_can_be_had(demo: Visit, name: str) -> None:
    assert demo.client.get(f"/dev/mail/{name}").status_code == 404
