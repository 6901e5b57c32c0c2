"""API tokens: shown once, kept as digests, dead when revoked or when their person leaves."""

from datetime import datetime, timedelta

from sqlalchemy import select

from auth.people import Person
from auth.sessions import is_visit_due
from auth.tokens import ApiToken, find_actor_by_token, issue_token, note_uses, revoke_token
from foundation.database import Database
from tests.builders.people import a_coordinator, a_member


def test_a_token_speaks_for_its_person_and_notes_its_use(database: Database, now: datetime) -> None:
    with database.write() as session:
        cora = a_coordinator(session)
        secret = issue_token(session, cora, label="Front desk", now=now)
        actor = find_actor_by_token(session, secret)
        assert actor is not None
        assert (actor.person_id, actor.session_id) == (cora.id, None)
        assert is_visit_due(actor, now=now)
        note_uses(session, [secret], now=now)
    with database.write() as session:
        token = session.scalars(select(ApiToken)).one()
        assert (token.label, token.last_used_at) == ("Front desk", now)
        again = find_actor_by_token(session, secret)
        assert again is not None
        assert not is_visit_due(again, now=now + timedelta(seconds=59))
        assert is_visit_due(again, now=now + timedelta(seconds=60))
        assert secret not in (token.digest, token.id)


def test_a_wrong_token_speaks_for_nobody(database: Database, now: datetime) -> None:
    with database.write() as session:
        issue_token(session, a_member(session), label="Mine", now=now)
        assert find_actor_by_token(session, "evs_guess") is None


def test_revoking_is_for_ones_own_tokens(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana, cora = a_member(session), a_coordinator(session)
        secret = issue_token(session, ana, label="Mine", now=now)
        token_id = session.scalars(select(ApiToken.id)).one()
        assert not revoke_token(session, token_id, cora.id, now=now)
        assert revoke_token(session, token_id, ana.id, now=now)
        assert not revoke_token(session, token_id, ana.id, now=now)
    with database.write() as session:
        assert find_actor_by_token(session, secret) is None


def test_a_token_ends_with_its_person(database: Database, now: datetime) -> None:
    with database.write() as session:
        ana = a_member(session)
        secret = issue_token(session, ana, label="Mine", now=now)
        session.get_one(Person, ana.id).departed_at = now
        assert find_actor_by_token(session, secret) is None
