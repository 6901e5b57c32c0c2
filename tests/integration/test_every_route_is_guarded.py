"""Every address of the house says who may open it, and strangers get nothing but the way to sign in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import BaseConverter, Rule

from auth.people import Role
from auth.permissions import PERMISSIONS
from foundation.database import Database
from tests.builders.people import a_person
from tests.posting import browser_of
from web.csrf import protect
from web.guards import FIRST_STEP, PUBLIC

SAFE = {"GET", "HEAD", "OPTIONS"}
PROGRAMS = ("/api/", "/dav/")
OPEN_TO_EVERYBODY = {
    "again.choose",  # the link is the secret, and books one time for the person it was mailed to
    "again.show",
    "api_describe.openapi",  # what calls there are; it names nobody
    "assets.serve",
    "booking.choose_service",  # strangers see what is public, and else the way to sign in
    "booking.choose_time",
    "booking_guest.ask",
    "booking_guest.send",
    "dav.collection",  # open to an app password, asked for at every request
    "dav.home",
    "dav.principal",
    "dav.root",
    "dav.single",
    "dav.well_known",  # where the above are; it names nobody
    "devmail.index",  # not there unless the demo runs, see below
    "devmail.show",
    "directory.guide",  # what finders poll; open meetings only
    "directory.index",
    "feeds.read",  # the address itself is the secret
    "feeds.read_open_meetings",
    "leaving.leave",
    "leaving.sign_out",
    "meetings.choose_zone",
    "meetings.index",
    "meetings.show",  # sends strangers to sign in unless the meeting is open to everyone
    "operations.healthz",
    "operations.readyz",
    "operations.show_metrics",  # not there unless this machine asks, or shows the token
    "paper_check.answer",  # a name and a code from a sheet; limited by network
    "paper_check.show",
    "public.get_help",
    "public.home",
    "public.left",
    "public.robots",
    "reminder_choices.worker",  # a browser asks for it by itself; it names nobody
    "reminder_link.ask_to_cancel",  # the link is the secret, and is about one appointment of one member
    "reminder_link.cancel_it",
    "reminder_link.choose_time",
    "reminder_link.move_it",
    "reminder_link.say_yes",
    "reminder_link.show",
    "signin.ask",
    "signin.code",
    "signin.enter_by_link",
    "signin.enter_code",
    "signin.link",
    "signin.send",
    "signin_elsewhere.come_back",  # a state that was given to this browser
    "signin_elsewhere.leave",
    "signin_passkey.challenge",  # random bytes for whoever asks
    "signin_passkey.enter",
    "steps.worker",  # what a browser asks for by itself; it names nobody
}

# Views that check the request themselves instead of a form token, and why.
WITHOUT_FORM_TOKEN = {"web.leaving.leave"}  # Exit works from a page of any age; it asks Sec-Fetch-Site


def rules(app: Flask) -> Iterator[Rule]:
    yield from (rule for rule in app.url_map.iter_rules() if rule.methods)


def guard_of(app: Flask, endpoint: str) -> str | None:
    return getattr(app.view_functions[endpoint], "guard", None)


def an_address(app: Flask, rule: Rule) -> str:
    """Some address that the rule answers to; what it names does not exist."""
    values = {name: _some(converter) for name, converter in rule._converters.items()}
    return str(app.url_map.bind("127.0.0.1").build(rule.endpoint, values))


def _some(converter: BaseConverter) -> Any:
    return 1 if type(converter).__name__ == "IntegerConverter" else "nothing"


def test_each_view_has_a_guard(app: Flask) -> None:
    unguarded = {rule.endpoint for rule in rules(app)} - {
        rule.endpoint
        for rule in rules(app)
        if guard_of(app, rule.endpoint) in {PUBLIC, FIRST_STEP, *PERMISSIONS}
    }
    assert unguarded == set()


def test_what_is_public_is_written_here(app: Flask) -> None:
    found = {rule.endpoint for rule in rules(app) if guard_of(app, rule.endpoint) == PUBLIC}
    assert found == OPEN_TO_EVERYBODY


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/nothing"])
def test_mails_are_shown_in_the_demo_only(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code == 404


def test_a_view_without_a_guard_would_be_found(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "content")
    with pytest.raises(AssertionError):
        test_each_view_has_a_guard(app)


def test_every_change_needs_the_token_of_a_form(app: Flask) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    assert app.config.get("WTF_CSRF_CHECK_DEFAULT", True)
    assert set(app.config["WTF_CSRF_METHODS"]) >= {"POST", "PUT", "PATCH", "DELETE"}
    assert (protect._exempt_views, protect._exempt_blueprints) == (WITHOUT_FORM_TOKEN, set())


def test_R30_a_change_without_the_token_is_refused_everywhere(app: Flask) -> None:
    """A stranger has no session that another site could use, so the API asks them to sign in instead."""
    client = app.test_client()
    exempt = {rule.endpoint for rule in rules(app) if _name(app, rule.endpoint) in WITHOUT_FORM_TOKEN}
    exempt.add("dav.well_known")  # it only shows the way, also to PROPFIND
    for rule in rules(app):
        for method in (rule.methods or set()) - SAFE:
            if rule.endpoint not in exempt:
                answer = client.open(an_address(app, rule), method=method)
                wanted = 401 if rule.rule.startswith(PROGRAMS) else 400
                assert answer.status_code == wanted, (method, rule.rule, answer.status_code)


def test_a_session_needs_the_token_for_every_change_of_the_api_too(app: Flask, database: Database) -> None:
    with database.write() as session:
        somebody = a_person(session, roles=list(Role))
    client = browser_of(app, somebody)
    for rule in rules(app):
        for method in (rule.methods or set()) - SAFE:
            if rule.rule.startswith("/api/"):
                answer = client.open(an_address(app, rule), method=method)
                assert (answer.status_code, answer.get_json()["code"]) == (400, "form_too_old"), rule.rule


def _name(app: Flask, endpoint: str) -> str:
    view = app.view_functions[endpoint]
    return f"{view.__module__}.{view.__name__}"


def test_a_stranger_gets_no_content_from_a_guarded_page(app: Flask) -> None:
    client = app.test_client()
    for rule in rules(app):
        if guard_of(app, rule.endpoint) == PUBLIC or "GET" not in (rule.methods or set()):
            continue
        answer = client.get(an_address(app, rule))
        assert answer.status_code in {303, 401}, (rule.rule, answer.status_code)
        if answer.status_code == 303:
            assert re.match(r"/sign-in(\?|$)", answer.headers["Location"]), rule.rule
            assert "<main" not in answer.text


def test_a_member_gets_no_content_from_a_staff_page(app: Flask, database: Database) -> None:
    with database.write() as session:
        member = a_person(session, Role.MEMBER)
    client = browser_of(app, member)
    staff_only = {"staff", "practitioner", "moderator", "coordinator", "book.for_member", "room.moderate"}
    staff_only |= {"schedules"}
    for rule in rules(app):
        if guard_of(app, rule.endpoint) in staff_only and "GET" in (rule.methods or set()):
            assert client.get(an_address(app, rule)).status_code == 403, rule.rule
