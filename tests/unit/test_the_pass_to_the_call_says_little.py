"""A pass for the video call lets one person into one evening, for minutes, under the evening's name."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError
from joserfc.jwk import OctKey

from foundation.columns import install_key
from foundation.jitsi import Jitsi
from realtime.call import Guest, call_name, jitsi_address
from realtime.errors import CallNotSetUp
from scheduling.meeting_settings import is_call_link
from tests.conftest import KEY

SERVER = Jitsi("https://call.example.org/rooms", "evenside", "a secret of at least thirty-two letters")
ALMA = Guest("participant-of-alma", "Night Owl", leads=False)
DANA = Guest("participant-of-dana", "Dana, host", leads=True)
NOW = datetime.fromisoformat("2026-11-27T20:00:00-08:00")


@pytest.fixture
def other_key() -> Iterator[Callable[[], None]]:
    """Another installation's key, for one story."""
    yield lambda: install_key(b"q" * 32)
    install_key(KEY)


def address(guest: Guest = ALMA, room: str = "friday") -> str:
    return jitsi_address(SERVER, room, guest, now=NOW)


def claims(guest: Guest = ALMA, *, secret: str = SERVER.secret) -> dict[str, Any]:
    (token,) = parse_qs(urlsplit(address(guest)).query)["jwt"]
    return dict(jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims)


def test_it_is_signed_for_our_server_and_one_room() -> None:
    said = claims()
    assert (said["iss"], said["aud"], said["sub"]) == ("evenside", "evenside", "call.example.org")
    assert said["room"] == call_name("friday") == urlsplit(address()).path.rsplit("/", 1)[1]


def test_it_knows_the_evenings_name_and_nothing_else_of_the_person() -> None:
    said = claims()["context"]["user"]
    assert set(said) == {"id", "name", "moderator", "affiliation"}
    assert said["name"] == "Night Owl"
    assert "alma" not in json.dumps(claims()).lower()


def test_those_who_lead_may_moderate_the_call_and_nobody_else() -> None:
    assert claims(DANA)["context"]["user"]["moderator"] == "true"
    assert claims(DANA)["context"]["user"]["affiliation"] == "owner"
    assert claims(ALMA)["context"]["user"]["moderator"] == "false"
    assert claims(ALMA)["context"]["user"]["affiliation"] == "member"


def test_it_lasts_ten_minutes() -> None:
    registry = jwt.JWTClaimsRegistry(now=int((NOW + timedelta(minutes=9)).timestamp()))
    registry.validate(claims())
    late = jwt.JWTClaimsRegistry(now=int((NOW + timedelta(minutes=11)).timestamp()))
    with pytest.raises(ExpiredTokenError):
        late.validate(claims())


def test_another_secret_does_not_open_it() -> None:
    with pytest.raises(BadSignatureError):
        claims(secret="another secret of at least 32 letters")


def test_the_header_names_one_way_of_signing() -> None:
    (token,) = parse_qs(urlsplit(address()).query)["jwt"]
    head = token.split(".")[0]
    assert json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4))) == {"alg": "HS256", "typ": "JWT"}


def test_an_evenings_call_has_a_name_that_nobody_can_guess(other_key: Callable[[], None]) -> None:
    assert call_name("friday") != call_name("the friday after")
    assert "friday" not in call_name("friday")
    before = call_name("friday")
    other_key()
    assert call_name("friday") != before, "without our key nobody can work it out"


def test_camera_and_microphone_begin_off() -> None:
    assert "startWithAudioMuted=true" in address()
    assert "startWithVideoMuted=true" in address()


def test_without_a_server_it_is_said_plainly() -> None:
    with pytest.raises(CallNotSetUp, match="not set up here yet"):
        jitsi_address(None, "friday", ALMA, now=NOW)


@pytest.mark.parametrize("url", ["https://call.example.org/a?b=c#d", "https://zoom.example/j/1"])
def test_any_https_link_is_a_call(url: str) -> None:
    assert is_call_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "http://call.example.org", "javascript:alert(1)", "https://", "//call.example.org", "https://[::1",
        "https://me:word@call.example.org/", "https://call.example.org/a b", "https://call.example.org/\x00",
        "data:text/html,x", "https://call.example.org:99999/", "call.example.org",
    ],
)  # fmt: skip
def test_anything_else_is_not(url: str) -> None:
    assert not is_call_link(url)
