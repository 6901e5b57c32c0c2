"""A browser's walk to an account elsewhere and back, and what somebody is called there."""

from datetime import datetime
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from auth.outside_identities import link_identity
from auth.people import Person
from tests.builders.hostile_provider import Provider
from tests.builders.people import a_member
from tests.posting import send

SUBJECT = "248289761001"


def leaves(client: FlaskClient, path: str = "/sign-in/with/other", page: str = "/sign-in") -> str:
    """The address at the provider that the browser is led to."""
    answer = send(client, path, {"next": "/meetings"}, page=page)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text.split("0; url=")[1].split('"')[0])


def comes_back(client: FlaskClient, provider: Provider) -> TestResponse:
    """What signing in there ends with here."""
    return client.get(provider.consents(leaves(client)))


def link(session: Session, person: Person, issuer: str, *, now: datetime) -> Person:
    """This person's account at `issuer`, whoever that says it is, under the name "other"."""
    link_identity(session, person.id, provider="other", issuer=issuer, subject=SUBJECT, now=now)
    return person


def a_linked_member(session: Session, provider: Provider, *, now: datetime) -> Person:
    """Ana, who has linked her account there."""
    return link(session, a_member(session, email="ana@example.org"), provider.issuer, now=now)
