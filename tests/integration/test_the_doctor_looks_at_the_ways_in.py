"""`evenside doctor` on how people come in: the demo's exception to R8, and staff without a second step."""

from dataclasses import replace
from datetime import datetime

import pytest
from click.testing import CliRunner

from auth.factors import factors_of
from auth.recovery_codes import new_recovery_codes
from auth.sessions import open_session, open_sessions
from auth.tokens import find_actor_by_token, issue_token
from cli.doctor_ways_in import ways_in
from cli.factors import reset
from cli.findings import GOOD, NOTE, UNSAFE
from foundation.database import Database
from foundation.oidc_providers import OidcProvider
from foundation.settings import Settings
from tests.builders.factors import an_app
from tests.builders.people import a_coordinator, a_member
from tests.builders.post import owed
from tests.conftest import KEY


@pytest.fixture
def here(settings: Settings, database: Database) -> Settings:
    return replace(settings, database_url=database.engine.url.render_as_string(hide_password=False))


def states(settings: Settings) -> list[str]:
    return [one.state for one in ways_in(settings)]


def test_R8_the_demo_is_unsafe_where_others_reach_it(here: Settings) -> None:
    assert states(replace(here, demo=True)) == [NOTE]
    assert states(replace(here, demo=True, base_url="https://meet.example.org")) == [UNSAFE]
    assert states(here) == []


def test_R8_staff_without_a_second_step_are_counted(
    here: Settings, database: Database, now: datetime
) -> None:
    with database.write() as session:
        a_member(session)
        cora, _ruth = a_coordinator(session), a_coordinator(session, name="Ruth")
        an_app(session, cora, now=now)
    [found] = ways_in(here)
    assert found.state == NOTE and found.words.startswith("1 of 2 on the staff")


def test_accounts_elsewhere_are_named(here: Settings) -> None:
    there = OidcProvider("other", "https://login.example.org", "id", "secret", "Other")
    assert states(replace(here, oidc=(there, replace(there, issuer="http://127.0.0.1:1")))) == [GOOD, NOTE]


def test_R10_who_lost_everything_begins_anew_and_is_told(
    here: Settings, database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        cora = a_coordinator(session, email="cora@example.org")
        an_app(session, cora, now=now)
        new_recovery_codes(session, cora.id, key=KEY, now=now)
        open_session(session, cora, now=now, stepped_up=True)
        program = issue_token(session, cora, label="Program", now=now)
    monkeypatch.setattr("cli.factors.settings_from_environment", lambda: here)
    assert CliRunner().invoke(reset, ["Cora@example.org"]).exit_code == 0
    with database.read() as session:
        has = factors_of(session, cora.id)
        assert find_actor_by_token(session, program) is None
        assert (has.any, has.codes, open_sessions(session, cora.id, now=now)) == (False, 0, [])
        assert [one.refs["what"] for one in owed(session, ["account.notice"])] == ["factors.reset"]
