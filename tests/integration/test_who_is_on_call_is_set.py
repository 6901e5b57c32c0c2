"""Coordinators see and set who is on call; a gap, no mail server and no pager are said plainly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cli.doctor import examine
from foundation.database import Database
from foundation.pager import Pager
from foundation.settings import Settings, SettingsError, read_settings
from safety.oncall import add_shift, coming_shifts, on_call_order, who_answers
from tests.builders.people import a_coordinator, a_moderator, a_practitioner
from tests.conftest import Browser, Clock
from tests.posting import send

HERE = "/admin/on-call"
SECRET = "thirty-two letters or more, as asked"


def test_a_coordinator_sets_a_shift_and_ends_it(database: Database, client: Browser, clock: Clock) -> None:
    with database.write() as session:
        cora, maya = a_coordinator(session), a_practitioner(session, name="Maya Okafor")
    client.sign_in(cora)
    assert "Nobody is on shift from" in client.get(HERE).text
    shift = {
        "person": maya.id,
        "first_day": "2026-11-27",
        "first_time": "11:00",
        "last_day": "2026-11-28",
        "last_time": "07:00",
    }
    assert send(client, HERE, shift, page=HERE).status_code == 303
    with database.read() as session:
        (kept,) = coming_shifts(session, clock())
        assert (who := who_answers(session, clock())) is not None
        assert who.id == maya.id
        assert [one.id for one in on_call_order(session, clock())] == [maya.id, cora.id]
    send(client, f"{HERE}/{kept.id}/end", page=HERE)
    with database.read() as session:
        assert who_answers(session, clock()) is None


@pytest.mark.parametrize("last_day", ["2026-11-26", "2027-11-27"])
def test_a_shift_that_makes_no_sense_is_refused_with_what_was_typed(
    database: Database, client: Browser, last_day: str
) -> None:
    with database.write() as session:
        cora = a_coordinator(session)
    client.sign_in(cora)
    shift = {"person": cora.id, "first_day": "2026-11-27", "first_time": "11:00", "last_time": "07:00"}
    answer = send(client, HERE, {**shift, "last_day": last_day}, page=HERE)
    assert answer.status_code == 422
    assert f'value="{last_day}"' in answer.text


def test_only_coordinators_set_it(database: Database, client: Browser) -> None:
    with database.write() as session:
        jonah = a_moderator(session)
    client.sign_in(jonah)
    assert client.get(HERE).status_code == 403


def test_two_shifts_at_once_call_the_later_one_first_and_each_once(database: Database, clock: Clock) -> None:
    with database.write() as session:
        maya, ruth = a_practitioner(session, name="Maya Okafor"), a_practitioner(session, name="Ruth Abelson")
        hour = timedelta(hours=1)
        for who, begun in ((maya, 3), (ruth, 2), (maya, 1)):
            add_shift(session, person_id=who.id, starts_at=clock() - begun * hour, ends_at=clock() + hour)
    with database.read() as session:
        assert [one.id for one in on_call_order(session, clock())] == [maya.id, ruth.id]


def test_the_doctor_says_who_would_be_called(database: Database, settings: Settings) -> None:
    ours = replace(settings, database_url=database.engine.url.render_as_string(hide_password=False))
    assert any("Nobody at all can be called yet" in one.words for one in examine(ours))
    assert any("reaches nobody outside" in one.words for one in examine(ours))
    with database.write() as session:
        a_coordinator(session)
    assert any("Nobody is on call now" in one.words for one in examine(ours))
    rung = replace(ours, pager=Pager("https://pager.example.org/", SECRET))
    assert any("A pager is rung" in one.words for one in examine(rung))


@pytest.mark.parametrize(
    "url",
    [
        "http://pager.example.org/x",
        "https://name:word@pager.example.org/",
        "ftp://pager.example.org/",
        "https://",
        "https://pager.example.org:notaport/",
    ],
)
def test_an_unsafe_pager_stops_the_start(settings: Settings, url: str) -> None:
    with pytest.raises(SettingsError, match="ONCALL_WEBHOOK_URL"):
        read_settings({
            "EVENSIDE_DATA": str(settings.data),
            "EVENSIDE_ONCALL_WEBHOOK_URL": url,
            "EVENSIDE_ONCALL_WEBHOOK_SECRET": SECRET,
        })  # fmt: skip


def test_a_short_secret_stops_it_and_a_relay_on_this_machine_does_not(settings: Settings) -> None:
    pager = {"EVENSIDE_DATA": str(settings.data), "EVENSIDE_ONCALL_WEBHOOK_URL": "http://127.0.0.1:9001/page"}
    with pytest.raises(SettingsError, match="32 letters"):
        read_settings({**pager, "EVENSIDE_ONCALL_WEBHOOK_SECRET": "short"})
    kept = read_settings({**pager, "EVENSIDE_ONCALL_WEBHOOK_SECRET": SECRET}).pager
    assert kept is not None
    assert SECRET not in repr(kept)
