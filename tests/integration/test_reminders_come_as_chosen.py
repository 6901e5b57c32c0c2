"""By mail, by text or to a device, as each person chose; and by mail where that way is closed."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from auth.consents import consent_of
from auth.people import Person
from auth.sessions import close_all, find_actor, open_session
from foundation.database import Database
from foundation.outbox import Delivery
from foundation.push_key import PushKey
from foundation.settings import Settings
from foundation.text_service import JSON, TextService
from jobs.deliver import Post, deliver_due
from scheduling.appointments import book
from scheduling.reminder_changes import choose_reminders, text_from_now_on
from scheduling.reminder_choices import Channel, Choice
from scheduling.reminder_devices import PushAddress, PushSubscription, add_device, forget_signed_out
from scheduling.reminder_numbers import CONSENT, KIND, ask_number, forget_old_proofs, number_of
from tests.builders.people import a_member
from tests.builders.post import Tray, a_post, owed
from tests.builders.scheduling import House
from tests.builders.tls import Answer, Elsewhere, elsewhere
from tests.conftest import KEY, Clock

TEXT, PUSH = "/messages", "/push/1"
NUMBER = "+13125550100"
HOUR = timedelta(hours=1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Elsewhere]:
    """A provider of texts and a push service in one; both take everything."""
    with elsewhere(tmp_path) as found:
        found.answers |= {TEXT: Answer(status=201), PUSH: Answer(status=201)}
        yield found


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock, tray: Tray, server: Elsewhere) -> Post:
    texts = TextService(server.url(TEXT), "+13125550199", "s3cret", "house")
    push = PushKey("mailto:help@example.org", bytes(range(1, 33)))
    return a_post(database, replace(settings, texts=texts, push=push, reach=server.reach), clock, tray)


@pytest.fixture
def ana(database: Database, clock: Clock) -> Person:
    """Has booked for Monday at two in the afternoon of her clock, and it is an hour before."""
    with database.write() as session:
        house = House(session)
        ana = a_member(session, name="Ana", timezone="UTC", email="ana@example.org")
        clock.set(clock().replace(hour=8))
        appointment = house.order(ana, clock() + timedelta(days=3, hours=6))
        booked = book(session, appointment, now=clock())
    clock.set(booked.starts_at - HOUR)
    with database.write() as session:
        for delivery in session.scalars(select(Delivery)):
            if not delivery.key.endswith(f"{ana.id}:60"):
                session.delete(delivery)
    return ana


def prove(post: Post, ana: Person) -> None:
    with post.database.write() as session:
        ask_number(session, ana.id, "312 555 0100", key=KEY, now=post.clock())
        [told] = owed(session, [KIND])
        assert text_from_now_on(session, ana.id, told.refs["code"], key=KEY, now=post.clock())
        for delivery in session.scalars(select(Delivery).where(Delivery.kind == KIND)):
            session.delete(delivery)


def a_device(post: Post, ana: Person, server: Elsewhere, path: str = PUSH) -> str:
    address = PushAddress(server.url(path), PushKey("", bytes([1] * 32)).public, "A" * 22)
    with post.database.write() as session:
        token = open_session(session, session.get_one(Person, ana.id), now=post.clock())
        actor = find_actor(session, token, now=post.clock())
        assert actor is not None
        made = add_device(session, ana.id, address, visit=actor.session_id, device="Chrome", now=post.clock())
        choose_reminders(session, ana.id, Choice(Channel.PUSH), now=post.clock())
        return made.id


def choose(post: Post, ana: Person, **choice: Any) -> None:
    with post.database.write() as session:
        choose_reminders(session, ana.id, Choice(**choice), now=post.clock())


def the_state(post: Post) -> tuple[str, str | None]:
    with post.database.read() as session:
        one = session.scalars(select(Delivery).where(Delivery.kind == "appointment.reminder")).one()
        return one.state, one.last_error


def test_by_mail_unless_something_else_was_chosen(post: Post, tray: Tray, ana: Person) -> None:
    deliver_due(post)
    assert [str(mail["To"]) for mail in tray.sent] == ["ana@example.org"]


def test_a_text_says_when_and_nothing_else(post: Post, tray: Tray, ana: Person, server: Elsewhere) -> None:
    prove(post, ana)
    deliver_due(post)
    assert (tray.sent, the_state(post)) == ([], ("sent", None))
    [(_path, headers)], [body] = server.asked, server.posted
    said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert (said["To"], said["From"]) == (NUMBER, "+13125550199")
    assert said["Body"].startswith("Evenside: Mon 30 Nov, 2:00 pm, UTC. Yes, move or cancel: http")
    assert len(said["Body"]) <= 160
    assert said["Body"].isascii()
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"house:s3cret"


def test_the_other_way_that_providers_take(post: Post, ana: Person, server: Elsewhere) -> None:
    prove(post, ana)
    texts = TextService(server.url(TEXT), "+13125550199", "s3cret", style=JSON)
    deliver_due(replace(post, settings=replace(post.settings, texts=texts)))
    assert json.loads(server.posted[0])["to"] == NUMBER
    assert server.asked[0][1]["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("status", [400, 404, 302])
def test_a_text_refused_for_good_goes_by_mail_at_once(
    post: Post, tray: Tray, ana: Person, server: Elsewhere, status: int
) -> None:
    prove(post, ana)
    server.answers[TEXT] = Answer(status=status)
    deliver_due(post)
    assert (len(tray.sent), the_state(post)) == (1, ("sent", None))


def test_a_provider_that_is_away_is_asked_twice_and_then_it_goes_by_mail(
    post: Post, tray: Tray, ana: Person, server: Elsewhere, clock: Clock
) -> None:
    prove(post, ana)
    server.answers[TEXT] = Answer(status=503)
    for minutes in (0, 1, 2):
        clock.set(clock() + timedelta(minutes=minutes))
        deliver_due(post)
    assert (len(server.asked), len(tray.sent)) == (2, 1)


def test_a_push_is_sealed_and_says_how_long_it_holds(
    post: Post, tray: Tray, ana: Person, server: Elsewhere
) -> None:
    a_device(post, ana, server)
    deliver_due(post)
    assert (tray.sent, the_state(post)) == ([], ("sent", None))
    [(_path, headers)] = server.asked
    assert headers["TTL"] == "3600"
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Authorization"].startswith("vapid t=")
    assert b"reminder" not in server.posted[0]


def test_a_device_that_is_gone_is_forgotten_and_the_mail_goes(
    post: Post, tray: Tray, ana: Person, server: Elsewhere
) -> None:
    a_device(post, ana, server)
    server.answers[PUSH] = Answer(status=410)
    deliver_due(post)
    assert len(tray.sent) == 1
    with post.database.read() as session:
        assert session.scalars(select(PushSubscription)).all() == []


def test_one_device_of_two_is_enough(post: Post, tray: Tray, ana: Person, server: Elsewhere) -> None:
    a_device(post, ana, server)
    a_device(post, ana, server, "/push/gone")
    deliver_due(post)
    assert (len(server.asked), tray.sent) == (2, [])


def test_a_device_that_was_signed_out_hears_nothing(
    post: Post, tray: Tray, ana: Person, server: Elsewhere
) -> None:
    a_device(post, ana, server)
    with post.database.write() as session:
        close_all(session, ana.id, now=post.clock())
    deliver_due(post)
    assert (server.asked, len(tray.sent)) == ([], 1)
    with post.database.write() as session:
        assert forget_signed_out(session, now=post.clock()) == 1


def test_an_address_inside_is_never_asked(post: Post, tray: Tray, ana: Person, server: Elsewhere) -> None:
    a_device(post, ana, server)
    reach = replace(server.reach, also=())
    deliver_due(replace(post, settings=replace(post.settings, reach=reach)))
    assert (server.asked, len(tray.sent)) == ([], 1)


def test_not_at_all_is_a_choice(post: Post, tray: Tray, ana: Person) -> None:
    choose(post, ana, channel=Channel.NONE)
    deliver_due(post)
    assert (tray.sent, the_state(post)) == ([], ("dropped", "not wanted"))


def test_what_is_late_into_the_quiet_hours_rings_nobody(
    post: Post, tray: Tray, ana: Person, server: Elsewhere, clock: Clock
) -> None:
    prove(post, ana)
    choose(post, ana, channel=Channel.TEXT, quiet_from=13 * 60 + 20, quiet_until=15 * 60)
    with post.database.write() as session:
        session.scalars(select(Delivery)).one().due_at = clock()
    clock.set(clock() + timedelta(minutes=30))
    deliver_due(post)
    assert (server.asked, len(tray.sent)) == ([], 1)


def test_new_quiet_hours_move_what_is_owed(post: Post, ana: Person, clock: Clock) -> None:
    clock.set(clock() - timedelta(hours=5))
    choose(post, ana, quiet_from=12 * 60, quiet_until=14 * 60)
    with post.database.read() as session:
        assert session.scalars(select(Delivery)).one().due_at == clock().replace(hour=11, minute=45)


def test_a_number_is_proven_by_a_text_and_forgotten_when_taken_back(
    post: Post, ana: Person, server: Elsewhere, clock: Clock
) -> None:
    with post.database.write() as session:
        ask_number(session, ana.id, "312 555 0100", key=KEY, now=clock())
        assert number_of(session, ana.id) is None
        code = owed(session, [KIND])[0].refs["code"]
    deliver_due(post)
    assert [code in parse_qs(body.decode())["Body"][0] for body in server.posted].count(True) == 1
    with post.database.write() as session:
        assert not text_from_now_on(session, ana.id, "12", key=KEY, now=clock())
        assert text_from_now_on(session, ana.id, f"{code[:3]} {code[3:]}", key=KEY, now=clock())
        assert number_of(session, ana.id) == NUMBER
        consent = consent_of(session, ana.id, CONSENT)
        assert consent is not None
        assert forget_old_proofs(session, now=clock() + HOUR) == 0
    choose(post, ana, channel=Channel.MAIL)
