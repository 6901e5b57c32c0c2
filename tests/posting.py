"""Sending a form as a browser does: the page first, then its token with the answers."""

import re
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.people import Person


def token_of(client: FlaskClient, page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found is not None, f"{page} has no form"
    return found[1]


def send(
    client: FlaskClient, path: str, answers: Mapping[str, str] | None = None, *, page: str = "/meetings"
) -> TestResponse:
    """POST to `path` with the token of `page`."""
    return client.post(path, data={"csrf_token": token_of(client, page), **(answers or {})})


def browser_of(app: Flask, person: Person) -> FlaskClient:
    """A browser of its own in which this person is signed in."""
    client = app.test_client()
    cast(Any, client).sign_in(person)
    return client
