"""R20, R30: every role at every address with somebody else's things, which look like things not there.

R36: where a member's name or words are shown to somebody of the staff, the trail says so.

The doors are those of `app.url_map`, so that a new one is knocked at without being told. Who may open what
of somebody else's stands below; a rule that opens to more, or to fewer, fails.
"""

import logging
import re
from collections.abc import Iterator, Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from foundation.audit import AuditEntry
from foundation.database import Base
from tests.builders.many_doors import (
    COORDINATOR,
    HELPER,
    PRACTITIONER,
    ROLES,
    Doors,
    many_doors,
)

SAFE = {"GET", "HEAD", "OPTIONS"}
OF_A_PERSON = {
    "account_id", "appointment_id", "block_id", "feed_id", "flag_id", "member_id", "proof_id", "response_id",
    "series_id", "source_id", "supporter_id",
}  # fmt: skip
NOT_THERE = "nothing2here3nothing4"
BOOKING = {
    "/staff/book/<member_id>",
    "/staff/book/<member_id>/<slug>",
    "/staff/book/<member_id>/<slug>/repeat",
}
"""Whoever practises may offer anybody a first time; they see the name, as in the list of people."""
OPENS: Mapping[str, set[str]] = {
    PRACTITIONER: BOOKING,
    COORDINATOR: BOOKING
    | {
        "/api/v1/appointments/<appointment_id>",
        "/api/v1/series/<series_id>",
        "/appointments/<appointment_id>",
        "/appointments/<appointment_id>/booked",
        "/appointments/<appointment_id>/cancel",
        "/appointments/<appointment_id>/move",
        "/appointments/series/<series_id>",
        "/appointments/series/<series_id>/cancel",
        "/staff/appointments/<appointment_id>",
        "/staff/appointments/<appointment_id>/decline",
        "/staff/appointments/<appointment_id>/move-to",
        "/staff/blocks/<block_id>",
        "/staff/blocks/<block_id>/move-to",
        "/staff/flags/<flag_id>",
        "/staff/people/<member_id>",
        "/staff/people/<member_id>/admit",
        "/staff/people/<member_id>/contacts",
        "/staff/people/<member_id>/measures",
        "/staff/people/<member_id>/measures/<response_id>",
        "/staff/people/<member_id>/meetings",
        "/staff/people/<member_id>/plan",
        "/staff/people/<member_id>/plan/words",
        "/staff/people/<member_id>/step",
        "/staff/people/<member_id>/steps",
        "/staff/series/<series_id>",
        "/staff/series/<series_id>/cancel",
        "/staff/series/<series_id>/change",
    },
}
NOTED_FOR_A_WHILE = {"/staff/flags/<flag_id>": "flag.read"}
"""It looks again by itself: another story may have looked in the last ten minutes, which is one line."""
NAMES_ALONE = {"/staff/people", *BOOKING}
"""Where a practitioner outside the care team meets a member's name, and nothing else of them."""


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    made = many_doors(tmp_path_factory.mktemp("doors"))
    yield made
    made.app.extensions["evenside"].database.close()
    made.database.close()


@pytest.mark.parametrize("role", ROLES)
def test_R20_what_is_somebody_elses_looks_like_what_is_not_there(doors: Doors, role: str) -> None:
    browser, opened = doors.browser(role), set()
    for rule in rules(doors, "GET"):
        if not rule.arguments & OF_A_PERSON:
            continue
        answer = browser.get(address(rule, doors.things))
        if is_open(answer):
            opened.add(rule.rule)
            browser = doors.browser(role)  # it may have been told something that the next page would show
        else:
            assert_looks_like_nothing(answer, browser, rule, doors)
    assert opened == OPENS.get(role, set())


@pytest.mark.parametrize("role", ROLES)
def test_R20_no_page_breaks_or_tells_of_somebody_else(
    doors: Doors, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = doors.browser(role)
    for rule in rules(doors, "GET"):
        answer = browser.get(address(rule, doors.things))
        assert answer.status_code != 500, rule.rule
        assert told(answer, doors) <= allowed_words(role, rule, doors), (role, rule.rule)
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("role", [COORDINATOR, HELPER])
def test_R36_no_page_tells_of_a_member_without_a_trace(doors: Doors, role: str) -> None:
    silent, seen = [], set()
    for rule in rules(doors, "GET"):
        browser, before = doors.browser(role), noted(doors, role)
        if told(browser.get(address(rule, doors.things)), doors):
            seen.add(rule.rule)
            lately = noted(doors, role, NOTED_FOR_A_WHILE.get(rule.rule, ""))
            if noted(doors, role) == before and not lately:
                silent.append(rule.rule)
    assert silent == []
    assert {"/staff/people/<member_id>", "/staff/people"} <= seen


@pytest.mark.parametrize("role", ROLES)
def test_R30_no_change_without_the_token_of_a_form(doors: Doors, role: str) -> None:
    """Whatever it is about. R31 with it: a refusal is a page, never a 500."""
    browser, before = doors.browser(role), rows(doors)
    for rule, method in changes(doors):
        answer = browser.open(address(rule, doors.things), method=method)
        assert answer.status_code in {400, 401}, (method, rule.rule, answer.status_code)
    assert rows(doors) == before


@pytest.mark.parametrize("role", [role for role in ROLES if role != COORDINATOR])
def test_R20_a_change_of_somebody_elses_looks_like_one_of_nothing(
    doors: Doors, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a form's token, as it were: the doors are tried with the token's check switched off.

    Some read what was sent first (400, 415, 422); then they say the same of what is not there.
    """
    monkeypatch.setitem(doors.app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    browser, before = doors.browser(role), rows(doors)
    for rule, method in changes(doors):
        if rule.arguments & OF_A_PERSON and rule.rule not in OPENS.get(role, set()):
            answer = browser.open(address(rule, doors.things), method=method)
            missing = browser.open(address(rule, nothing_in(doors)), method=method)
            assert answer.status_code in {303, 400, 401, 403, 404, 415, 422}, (rule.rule, answer.status_code)
            assert told(answer, doors) == set(), rule.rule
            assert plain(answer, doors) == plain(missing, doors), (rule.rule, answer.status_code)
    assert rows(doors) == before


def rules(doors: Doors, method: str) -> list[Rule]:
    found = (rule for rule in doors.app.url_map.iter_rules() if method in (rule.methods or set()))
    return sorted(found, key=lambda rule: rule.rule)


def changes(doors: Doors) -> Iterator[tuple[Rule, str]]:
    """But for leaving, which ends the session that knocks, and calendar programs, which bring no cookie."""
    for rule in doors.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE):
            if rule.endpoint != "leaving.leave" and not rule.endpoint.startswith("dav."):
                yield rule, method


def address(rule: Rule, things: Mapping[str, str]) -> str:
    """What has no name of its own there is called `nothing`."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: things.get(found[1], "nothing"), rule.rule)
    return path.replace("drop-in", "follow-up") if "/book/" in path else path


def nothing_in(doors: Doors) -> dict[str, str]:
    return doors.things | dict.fromkeys(OF_A_PERSON, NOT_THERE)


def is_open(answer: TestResponse) -> bool:
    """A page, a form that asks for more, or the way to another page than the ways in."""
    if answer.status_code == 303:
        return not answer.headers["Location"].startswith("/sign-in")
    return answer.status_code in {200, 422}


def assert_looks_like_nothing(answer: TestResponse, browser: FlaskClient, rule: Rule, doors: Doors) -> None:
    assert answer.status_code in {303, 401, 403, 404}, (rule.rule, answer.status_code)
    missing = browser.get(address(rule, nothing_in(doors)))
    assert plain(answer, doors) == plain(missing, doors), rule.rule


def plain(answer: TestResponse, doors: Doors) -> tuple[int, str]:
    """The answer without what is new in each, and without the name that was asked for."""
    text = answer.text + answer.headers.get("Location", "")
    for name in OF_A_PERSON:
        text = text.replace(doors.things[name], NOT_THERE)
    return answer.status_code, re.sub(r'(csrf[-_]token"[^>]*(?:value|content)=")[^"]+', r"\1", text)


def told(answer: TestResponse, doors: Doors) -> set[str]:
    text = answer.get_data().decode(errors="replace")
    return {mark for mark in doors.marks if mark in text}


def noted(doors: Doors, role: str, action: str | None = None) -> int:
    """How many lines of the trail are theirs: of every action, or of this one."""
    mine = select(func.count()).select_from(AuditEntry).where(AuditEntry.actor_id == doors.people[role].id)
    with doors.database.read() as session:
        return session.scalar(mine if action is None else mine.where(AuditEntry.action == action)) or 0


def allowed_words(role: str, rule: Rule, doors: Doors) -> set[str]:
    if role == COORDINATOR:
        return set(doors.marks)
    return {doors.marks[0]} if role == PRACTITIONER and rule.rule in NAMES_ALONE else set()


def rows(doors: Doors) -> dict[str, int]:
    """How many there are of everything; that a session was seen is no row more."""
    with doors.database.read() as session:
        counted = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }
    return {name: number or 0 for name, number in counted.items() if name not in {"session", "attempt"}}
