"""Choosing how to be reminded, on one page: what is not set up is not there."""

from dataclasses import replace

import pytest
from flask import Flask

from foundation.database import Database
from foundation.push_key import PushKey
from foundation.text_service import TextService
from scheduling.reminder_choices import Channel, Choice, choice_of
from scheduling.reminder_numbers import KIND
from tests.builders.post import owed
from tests.clinic import Clinic, open_clinic
from tests.pages import Page
from web.context import House

PATH = "/account/reminders"
ADDRESS = {"endpoint": "https://push.example.net/one", "p256dh": "AA", "auth": "AA"}


@pytest.fixture
def whole(app: Flask, database: Database) -> Clinic:
    """A clinic with a provider of texts and a key for pushes."""
    house: House = app.extensions["evenside"]
    texts = TextService("https://sms.example.org/messages", "+13125550199", "s3cret", "house")
    push = PushKey("mailto:help@example.org", bytes(range(1, 33)))
    app.extensions["evenside"] = replace(house, settings=replace(house.settings, texts=texts, push=push))
    return open_clinic(app, database)


def chosen(clinic: Clinic) -> Choice:
    with clinic.database.read() as session:
        return choice_of(session, clinic.jonah.id)


def ways(page: Page) -> set[str]:
    return {words for words in ("By mail", "By text", "On my devices", "Not at all") if words in page.text}


def test_mail_and_nothing_are_there_until_more_is_set_up(clinic: Clinic) -> None:
    page = clinic.visit(clinic.jonah).open(PATH)
    assert ways(page) == {"By mail", "Not at all"}
    assert "Times for Chicago (CST)" in page.text
    assert page.unlabelled == []


def test_what_was_chosen_is_kept(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.press(
        jonah.open(PATH), "Keep these", channel="none", quiet_from="21:30", quiet_until="08:00"
    )
    assert "Kept." in page.text
    assert chosen(clinic) == Choice(Channel.NONE, 21 * 60 + 30, 8 * 60, True)


def test_a_night_without_end_is_refused_and_what_was_typed_stays(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.press(jonah.open(PATH), "Keep these", quiet_from="08:00", quiet_until="07:00")
    assert page.status == 422
    assert "at least eight hours" in page.text
    assert page.form_with("Keep these").fields["quiet_from"] == ["08:00"]
    assert chosen(clinic) == Choice()


def test_texts_need_a_number_that_is_proven(whole: Clinic) -> None:
    jonah = whole.visit(whole.jonah)
    page = jonah.open(PATH)
    assert ways(page) == {"By mail", "By text", "On my devices", "Not at all"}
    refused = jonah.press(page, "Keep these", channel="text")
    assert (refused.status, chosen(whole).channel) == (422, Channel.MAIL)
    page = jonah.press(page, "Text me a code", phone="312 555 0100")
    with whole.database.read() as session:
        code = owed(session, [KIND])[0].refs["code"]
    wrong = jonah.press(page, "This number is mine", code="12 34")
    assert "That is not the code." in wrong.text
    page = jonah.press(wrong, "This number is mine", code=code)
    assert "They go to (312) 555-0100" in page.text
    assert chosen(whole).channel is Channel.TEXT
    page = jonah.press(page, "Forget this number")
    assert "312" not in page.text
    assert chosen(whole).channel is Channel.MAIL


def test_guesses_run_out_and_codes_are_few(whole: Clinic) -> None:
    jonah = whole.visit(whole.jonah)
    page = jonah.press(jonah.open(PATH), "Text me a code", phone="312 555 0100")
    for _ in range(5):
        jonah.press(page, "This number is mine", code="no code")
    assert "five tries" in jonah.press(page, "This number is mine", code="no code").text
    page = jonah.open(PATH)
    tried = [jonah.press(page, "Text me a code", phone="312 555 0100") for _ in range(5)]
    assert tried[-1].status == 429


def test_a_device_of_ones_own_is_added_and_taken_off(whole: Clinic) -> None:
    jonah = whole.visit(whole.jonah)
    with jonah.client.session_transaction() as cookie:
        cookie.permanent = True
    page = jonah.press(jonah.open(PATH), "Remind me on this device", **ADDRESS)
    assert "Reminders come to this device" in page.text
    assert chosen(whole).channel is Channel.PUSH
    page = jonah.press(page, "Take it off")
    assert chosen(whole).channel is Channel.MAIL
    inside = {**ADDRESS, "endpoint": "https://10.0.0.1/one"}
    assert "Mail works always" in jonah.press(page, "Remind me on this device", **inside).text


def test_a_shared_device_is_not_offered_and_not_taken(whole: Clinic) -> None:
    jonah = whole.visit(whole.jonah)
    page = jonah.open(PATH)
    assert "Remind me on this device" not in page.text
    token = page.form_with("Keep these").fields["csrf_token"]
    answer = jonah.client.post(f"{PATH}/devices", data={**ADDRESS, "csrf_token": token})
    assert answer.status_code == 404


def test_another_ones_device_looks_like_none(whole: Clinic) -> None:
    jonah = whole.visit(whole.jonah)
    token = jonah.open(PATH).form_with("Keep these").fields["csrf_token"]
    answer = jonah.client.post(f"{PATH}/devices/nothing/remove", data={"csrf_token": token})
    assert answer.status_code == 404


def test_the_worker_of_a_browser_names_nobody(clinic: Clinic) -> None:
    answer = clinic.app.test_client().get(f"{PATH}/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.text.startswith("importScripts(")
