"""Where times are shown for: chosen on the meetings page, kept in a cookie, without a script."""

import re

from flask.testing import FlaskClient


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/meetings").text)
    assert found is not None
    return found[1]


def test_choosing_a_place_shows_its_times(client: FlaskClient) -> None:
    sent = {"csrf_token": token(client), "zone": "America/New_York", "next": "/meetings"}
    answer = client.post("/zone", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/meetings")
    assert "Times for New York (EST)" in client.get("/meetings").text


def test_a_place_that_does_not_exist_changes_nothing(client: FlaskClient) -> None:
    client.post("/zone", data={"csrf_token": token(client), "zone": "Mars/Olympus", "next": "/meetings"})
    assert "Times for Los Angeles (PST)" in client.get("/meetings").text


def test_the_way_back_stays_on_this_site(client: FlaskClient) -> None:
    sent = {"csrf_token": token(client), "zone": "America/New_York", "next": "//evil.example/"}
    assert client.post("/zone", data=sent).headers["Location"] == "/meetings"


def test_without_the_token_nothing_happens(client: FlaskClient) -> None:
    answer = client.post("/zone", data={"zone": "America/New_York"})
    assert answer.status_code == 400
    assert "open for a long time" in answer.text
